-- The named state. ARGV: sandbox, born. Answers the opening state and the entered one, each nil when there is none.
return redis.call('HMGET', parts(ARGV[1], ARGV[2])[1], 's', 's:')
