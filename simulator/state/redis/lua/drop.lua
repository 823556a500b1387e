-- Delete a sandbox. ARGV: writer, sandbox. Answers the number of the change and the
-- workers that must acknowledge it, or an empty list.
local sandbox = ARGV[2]
local hash = ours('sandbox:' .. sandbox)
local born = redis.call('HGET', hash, 'born')
redis.call('ZREM', ours('sandboxes'), sandbox)
if not born then
  return {}
end
redis.call('DEL', hash, unpack(parts(sandbox, born)))
return { tell(ARGV[1], 'deleted', sandbox) }
