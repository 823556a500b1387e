-- All tokens that were handed out. ARGV: sandbox, generation.
return redis.call('XRANGE', parts(ARGV[1], ARGV[2])[4], '-', '+')
