-- All entries. ARGV: sandbox, generation. Answers how many earlier ones were dropped, the entries, and how deliveries
-- ended.
local trimmed = redis.call('HGET', ours('sandbox:' .. ARGV[1]), 'trimmed')
local part = parts(ARGV[1], ARGV[2])
return { tonumber(trimmed or 0), redis.call('XRANGE', part[3], '-', '+'), redis.call('XRANGE', part[5], '-', '+') }
