-- Forget the entries of a journal; numbers go on. ARGV: sandbox, generation.
local hash, part = ours('sandbox:' .. ARGV[1]), parts(ARGV[1], ARGV[2])
if redis.call('HGET', hash, 'born') == ARGV[2] then
  redis.call('HINCRBY', hash, 'trimmed', redis.call('XTRIM', part[3], 'MAXLEN', 0))
  redis.call('XTRIM', part[5], 'MAXLEN', 0)
  redis.call('HSET', hash, 'lost', lost())
end
return 1
