-- All entries. ARGV: sandbox, born. Answers how many were thrown away before them, them, and how deliveries ended.
local trimmed = redis.call('HGET', ours('sandbox:' .. ARGV[1]), 'trimmed')
local part = parts(ARGV[1], ARGV[2])
return { tonumber(trimmed or 0), redis.call('XRANGE', part[3], '-', '+'), redis.call('XRANGE', part[5], '-', '+') }
