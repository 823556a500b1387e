-- Nothing counted yet, in this state ('' for none). ARGV: epoch, sandbox, born, state.
if redis.call('GET', root .. 'epoch') ~= ARGV[1] then
  return { 'flushed' }
end
local tally = parts(ARGV[2], ARGV[3])[1]
local ttl = redis.call('PTTL', tally)
if ttl < 0 then
  return { 'gone' }
end
redis.call('DEL', tally)
redis.call('HSET', tally, 'begun', 1)
if ARGV[4] ~= '' then
  redis.call('HSET', tally, 's', ARGV[4])
end
redis.call('PEXPIRE', tally, ttl)
return { 'ok' }
