-- Renew a worker's lease. ARGV: id, lease (ms), the epoch to use if a new one begins, ttl (ms), the last change that
-- the worker has seen.
-- Answers the epoch, the number of the last change, the time in seconds and microseconds, and how many journal
-- entries of this worker are lost.
redis.call('SET', root .. 'epoch', ARGV[3], 'NX')
redis.call('SET', root .. 'version', now(), 'NX')
if tonumber(redis.call('GET', root .. 'version')) < tonumber(ARGV[5]) then
  -- restored from a copy, or a replica that was behind: what it has is older than what was answered
  redis.call('SET', root .. 'epoch', ARGV[3])
  redis.call('SET', root .. 'version', string.format('%.0f', math.max(now(), ARGV[5] + 1)))
end
redis.call('HSETNX', ours('counts'), 'begun', 0)
redis.call('ZREMRANGEBYSCORE', root .. 'members', '-inf', now())
redis.call('ZADD', root .. 'members', now() + ARGV[2], ARGV[1])
for _, name in ipairs({ root .. 'epoch', root .. 'version', ours('births'), ours('sandboxes'), ours('counts') }) do
  redis.call('PEXPIRE', name, ARGV[4] * 2)
end
local born = redis.call('HGET', ours('sandbox:default'), 'born')
if born then
  touch('default', born, ARGV[4])
end
local time = redis.call('TIME')
return { redis.call('GET', root .. 'epoch'), tonumber(redis.call('GET', root .. 'version')), time[1], time[2],
  lost(ARGV[1]) }
