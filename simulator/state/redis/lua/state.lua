-- The named state. ARGV: sandbox, generation. Answers 'ok', the initial state and the entered one, each nil if absent.
local found = redis.call('HMGET', parts(ARGV[1], ARGV[2])[1], 's', 's:')
return { 'ok', found[1], found[2] }
