-- Change the state of a sandbox, unless another worker was quicker. ARGV: epoch, writer, sandbox, generation, the
-- known version, clock state, and when a scenario begins: its beginning, digest, text, initial state, '1' to clear
-- journal and statuses as well.
-- Answers 'flushed', 'gone' (deleted), 'moved' (changed meanwhile), or 'ok', the version and the workers that must
-- acknowledge it.
if redis.call('GET', root .. 'epoch') ~= ARGV[1] then
  return { 'flushed' }
end
local writer, sandbox, born = ARGV[2], ARGV[3], ARGV[4]
local hash = ours('sandbox:' .. sandbox)
local known = redis.call('HMGET', hash, 'born', 'version')
if known[1] ~= born then
  return { 'gone' }
end
if known[2] ~= ARGV[5] then
  return { 'moved' }
end
local begins = #ARGV > 6
local version, live = tell(writer, begins and 'scenario' or 'clock', sandbox)
redis.call('HSET', hash, 'version', version, 'line', ARGV[6])
if begins then
  redis.call('HSET', hash, 'run', version, 'began', ARGV[7], 'mark', ARGV[8], 'script', ARGV[9])
  local part, ttl = parts(sandbox, born), redis.call('PTTL', hash)
  redis.call('DEL', part[1])
  redis.call('HSET', part[1], 'begun', 1)
  if ARGV[10] ~= '' then
    redis.call('HSET', part[1], 's', ARGV[10])
  end
  redis.call('PEXPIRE', part[1], ttl)
  if ARGV[11] == '1' then
    redis.call('DEL', part[2])
    redis.call('HSET', part[2], 'begun', 1)
    redis.call('PEXPIRE', part[2], ttl)
    redis.call('HINCRBY', hash, 'trimmed', redis.call('XTRIM', part[3], 'MAXLEN', 0))
    redis.call('XTRIM', part[4], 'MAXLEN', 0)
    redis.call('XTRIM', part[5], 'MAXLEN', 0)
    redis.call('HSET', hash, 'lost', lost())
  end
end
return { 'ok', version, live }
