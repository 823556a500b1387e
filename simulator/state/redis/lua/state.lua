-- The named state. ARGV: sandbox, born. Answers 'ok', the opening state and the entered one, nil where there is none.
local found = redis.call('HMGET', parts(ARGV[1], ARGV[2])[1], 's', 's:')
return { 'ok', found[1], found[2] }
