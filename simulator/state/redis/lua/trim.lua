-- Keep so many entries of a journal, and count the dropped ones, because numbers continue. ARGV: sandbox, generation,
-- how many.
local hash, journal = ours('sandbox:' .. ARGV[1]), parts(ARGV[1], ARGV[2])[3]
if redis.call('HGET', hash, 'born') == ARGV[2] and redis.call('EXISTS', journal) == 1 then
  redis.call('HINCRBY', hash, 'trimmed', redis.call('XTRIM', journal, 'MAXLEN', ARGV[3]))
end
