-- All tokens that were handed out. ARGV: sandbox, born.
return redis.call('XRANGE', parts(ARGV[1], ARGV[2])[4], '-', '+')
