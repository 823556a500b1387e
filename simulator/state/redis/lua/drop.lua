-- Put a sandbox away. ARGV: writer, sandbox. Answers its number and who must hear of it, or nothing when there is none.
local sandbox = ARGV[2]
local hash = ours('sandbox:' .. sandbox)
local born = redis.call('HGET', hash, 'born')
redis.call('ZREM', ours('sandboxes'), sandbox)
if not born then
  return {}
end
redis.call('DEL', hash, unpack(parts(sandbox, born)))
return { tell(ARGV[1], 'gone', sandbox) }
