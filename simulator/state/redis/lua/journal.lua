-- All entries. ARGV: sandbox, born. Answers how many were thrown away before them, and them.
local trimmed = redis.call('HGET', root .. 'sandbox:' .. ARGV[1], 'trimmed')
return { tonumber(trimmed or 0), redis.call('XRANGE', parts(ARGV[1], ARGV[2])[3], '-', '+') }
