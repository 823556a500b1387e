-- The named state. ARGV: sandbox, born. Answers nothing when there is none.
return redis.call('HGET', parts(ARGV[1], ARGV[2])[1], 's')
