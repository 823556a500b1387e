-- Precedes every script. KEYS[1] is the root of all keys; they share one hash tag, so they are in one slot.
-- Numbers over 14 digits must not be joined to strings: Lua would round them.
local root = KEYS[1]

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A key of one epoch only: after Redis has lost or rewound its data, keys of the old epoch are not found again.
local function ours(name)
  return root .. (redis.call('GET', root .. 'epoch') or '') .. ':' .. name
end

-- The keys of a sandbox. ``born``, the generation, is unique over all epochs. 'tally' holds the rule counters, 'ledger'
-- the statuses (opt-outs and revocations).
local function parts(sandbox, born)
  local prefix = root .. 'sandbox:' .. sandbox .. ':' .. born .. ':'
  return { prefix .. 'tally', prefix .. 'ledger', prefix .. 'journal', prefix .. 'issued', prefix .. 'ends' }
end

-- Journal entries that workers have sent and Redis has not taken: each worker counts both (see write_behind.py).
-- Of one worker, or of all together.
local function lost(worker)
  local missing, counts = 0, redis.call('HGETALL', ours('counts'))
  for index = 1, #counts, 2 do
    local who, what = string.match(counts[index], '^(.*):(%a+)$')
    if who and (not worker or who == worker) then
      missing = missing + (what == 'sent' and counts[index + 1] or -counts[index + 1])
    end
  end
  return math.max(missing, 0)
end

-- Extend the life of a sandbox: it is kept for so many milliseconds after its last use.
local function touch(sandbox, born, ttl)
  redis.call('ZADD', ours('sandboxes'), now(), sandbox)
  redis.call('PEXPIRE', ours('sandbox:' .. sandbox), ttl)
  for _, part in ipairs(parts(sandbox, born)) do
    redis.call('PEXPIRE', part, ttl)
  end
end

-- Notify all workers of a change. Answers its number, and the workers that must acknowledge it before it holds:
-- {id, milliseconds, …}.
local function tell(writer, kind, sandbox, extra)
  local number = redis.call('INCR', root .. 'version')
  redis.call('PUBLISH', root .. 'changes', cjson.encode({ number, kind, writer, sandbox, extra }))
  local at = now()
  local live = redis.call('ZRANGEBYSCORE', root .. 'members', at, '+inf', 'WITHSCORES')
  for index = 2, #live, 2 do
    live[index] = live[index] - at
  end
  return number, live
end
