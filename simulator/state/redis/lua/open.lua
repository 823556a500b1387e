-- Read a sandbox, or create one. ARGV: epoch, sandbox, ttl (ms), digest of the known scenario,
-- and to create: room (-1: any), clock state, beginning, digest, text and initial state of the scenario ('' if absent).
-- Answers 'flushed', 'none' (not found), 'full', or 'ok', generation, version, run, clock state, beginning, digest and
-- text of the scenario, statuses.
if redis.call('GET', root .. 'epoch') ~= ARGV[1] then
  return { 'flushed' }
end
local sandbox, ttl = ARGV[2], tonumber(ARGV[3])
local hash = ours('sandbox:' .. sandbox)
local born = redis.call('HGET', hash, 'born')
if not born then
  if #ARGV < 10 then
    return { 'none' }
  end
  local room = tonumber(ARGV[5])
  redis.call('ZREMRANGEBYSCORE', ours('sandboxes'), '-inf', now() - ttl)
  local others = redis.call('ZCARD', ours('sandboxes'))
  if redis.call('ZSCORE', ours('sandboxes'), 'default') then
    others = others - 1
  end
  if room >= 0 and others >= room then
    return { 'full' }
  end
  born = ARGV[1] .. '-' .. redis.call('INCR', ours('births'))
  local version = redis.call('INCR', root .. 'version')
  redis.call('PUBLISH', root .. 'changes', cjson.encode({ version, 'begun', '', sandbox }))
  redis.call('HSET', hash, 'born', born, 'version', version, 'run', version, 'trimmed', 0, 'lost', lost(),
    'line', ARGV[6], 'began', ARGV[7], 'mark', ARGV[8], 'script', ARGV[9])
  local part = parts(sandbox, born)
  redis.call('HSET', part[1], 'begun', 1)
  if ARGV[10] ~= '' then
    redis.call('HSET', part[1], 's', ARGV[10])
  end
  redis.call('HSET', part[2], 'begun', 1)
  for index = 3, #part do
    -- the only way to create an empty stream: appends to a stream that does not exist (a deleted one) are refused
    redis.call('XGROUP', 'CREATE', part[index], 'g', '$', 'MKSTREAM')
    redis.call('XGROUP', 'DESTROY', part[index], 'g')
  end
end
touch(sandbox, born, ttl)
local set = redis.call('HMGET', hash, 'version', 'run', 'line', 'began', 'mark')
local script = ''
if set[5] ~= ARGV[4] then
  script = redis.call('HGET', hash, 'script')
end
return { 'ok', born, set[1], set[2], set[3], set[4], set[5], script, redis.call('HGETALL', parts(sandbox, born)[2]) }
