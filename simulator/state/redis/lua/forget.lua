-- Forget the entries of a journal; numbers go on. ARGV: sandbox, born.
local hash, journal = root .. 'sandbox:' .. ARGV[1], parts(ARGV[1], ARGV[2])[3]
if redis.call('HGET', hash, 'born') == ARGV[2] then
  redis.call('HINCRBY', hash, 'trimmed', redis.call('XTRIM', journal, 'MAXLEN', 0))
end
return 1
