-- One step of a tally: simulator.core.rule_counters.settle over a hash. A test holds the two to each other.
-- ARGV: epoch, sandbox, born, the moment in seconds and microseconds, the seed, the candidates:
-- [[key, kind, number, numbers, share, states, [[times, enters], …], at_end, window, stops], …],
-- a window being [key, limit, seconds, microseconds]. Moments and spans are in two parts because a double does not
-- hold the microseconds of every year. Answers 'flushed', 'gone', or 'ok' and for each that fires:
-- index, count, step, and the opening moment of its window in two parts ('' without one).
if redis.call('GET', root .. 'epoch') ~= ARGV[1] then
  return { 'flushed' }
end
local tally = parts(ARGV[2], ARGV[3])[1]
local read = redis.call('HMGET', tally, 'begun', 's')
if not read[1] then
  return { 'gone' }
end
local arrived_in = read[2]
local seconds, micros, seed = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]

local function has(list, wanted)
  for index, item in ipairs(list) do
    if item == wanted then
      return index
    end
  end
end

local function share(key, count)
  local digest = redis.sha1hex(seed .. '\31' .. key .. '\31' .. string.format('%.0f', count))
  return tonumber(string.sub(digest, 1, 13), 16) / 4503599627370496
end

local function fires(occurs, number, numbers, chance, count, key)
  if occurs == 'always' then return true end
  if occurs == 'first' then return count <= number end
  if occurs == 'nth' then return has(numbers, count) ~= nil end
  if occurs == 'after' then return count > number end
  if occurs == 'every' then return count % number == 0 end
  return share(key, count) < chance
end

local function ordinal(occurs, number, numbers, count)
  if occurs == 'nth' then return has(numbers, count) end
  if occurs == 'after' then return count - number end
  if occurs == 'every' then return math.floor(count / number) end
  return count
end

local function step_of(steps, at_end, place)
  local whole = 0
  for _, step in ipairs(steps) do
    whole = whole + step[1]
  end
  if place > whole then
    if at_end == 'pass' then return nil end
    if at_end == 'repeat' then return #steps end
    place = (place - 1) % whole + 1
  end
  for index, step in ipairs(steps) do
    place = place - step[1]
    if place <= 0 then return index end
  end
end

-- Count the call in its window. Answers the window's opening moment when it is above the limit.
local function above(window)
  local field = 'w:' .. window[1]
  local from, fraction, calls = seconds, micros, 0
  local open = redis.call('HGET', tally, field)
  if open then
    local a, b, c = string.match(open, '^(%S+) (%S+) (%S+)$')
    a, b, c = tonumber(a), tonumber(b), tonumber(c)
    local passed, rest = seconds - a, micros - b
    if rest < 0 then
      passed, rest = passed - 1, rest + 1000000
    end
    if passed >= 0 and (passed < window[3] or (passed == window[3] and rest < window[4])) then
      from, fraction, calls = a, b, c
    end
  end
  redis.call('HSET', tally, field, string.format('%.0f %.0f %.0f', from, fraction, calls + 1))
  if calls + 1 > window[2] then
    return string.format('%.0f', from), string.format('%.0f', fraction)
  end
end

local fired, stopped, entered = { 'ok' }, false, nil
for index, candidate in ipairs(cjson.decode(ARGV[7])) do
  local key, occurs, number, numbers, chance, states, steps, at_end, window, stops = unpack(candidate, 1, 10)
  if #states == 0 or has(states, arrived_in) then
    local count = 0
    if key ~= '' then
      count = redis.call('HINCRBY', tally, 'c:' .. key, 1)
    end
    local step = nil
    if fires(occurs, number, numbers, chance, count, key) then
      if #steps == 1 and at_end ~= 'pass' then
        step = 1
      else
        step = step_of(steps, at_end, ordinal(occurs, number, numbers, count))
      end
    end
    local from, fraction = '', ''
    if step and window ~= cjson.null then
      from, fraction = above(window)
      if not from then
        step = nil
      end
    end
    if step and not stopped then
      for _, part in ipairs({ index - 1, count, step - 1, from, fraction }) do
        table.insert(fired, part)
      end
      stopped = stops
      if steps[step][2] ~= cjson.null then
        entered = steps[step][2]
      end
    end
  end
end
if entered then
  redis.call('HSET', tally, 's', entered)
end
return fired
