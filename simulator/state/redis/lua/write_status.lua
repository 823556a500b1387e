-- Write a status; an existing one is never overwritten. ARGV: epoch, writer, sandbox, generation, field, value.
-- Answers 'flushed', 'gone' (deleted), or 'ok', the value that holds, and for a new one its number and the workers that
-- must acknowledge it.
if redis.call('GET', root .. 'epoch') ~= ARGV[1] then
  return { 'flushed' }
end
local writer, sandbox, born, field, value = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local ledger = parts(sandbox, born)[2]
if redis.call('EXISTS', ledger) == 0 then
  return { 'gone' }
end
if redis.call('HSETNX', ledger, field, value) == 0 then
  return { 'ok', redis.call('HGET', ledger, field) }
end
local number, live = tell(writer, 'noted', sandbox, { field, value })
return { 'ok', value, number, live }
