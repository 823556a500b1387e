-- A worker lives. ARGV: id, lease (ms), an epoch in case there is none, ttl (ms).
-- Answers the epoch, the number of the last change, and the time in seconds and microseconds.
redis.call('SET', root .. 'epoch', ARGV[3], 'NX')
redis.call('SET', root .. 'version', now(), 'NX')
redis.call('ZREMRANGEBYSCORE', root .. 'members', '-inf', now())
redis.call('ZADD', root .. 'members', now() + ARGV[2], ARGV[1])
for _, name in ipairs({ 'epoch', 'version', 'births', 'sandboxes' }) do
  redis.call('PEXPIRE', root .. name, ARGV[4] * 2)
end
local born = redis.call('HGET', root .. 'sandbox:default', 'born')
if born then
  touch('default', born, ARGV[4])
end
local time = redis.call('TIME')
return { redis.call('GET', root .. 'epoch'), tonumber(redis.call('GET', root .. 'version')), time[1], time[2] }
