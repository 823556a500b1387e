-- One step of rule counters: simulator.core.counting.count_and_fire over a hash. A test holds the two to each other.
-- ARGV: epoch, sandbox, generation, the moment in seconds and microseconds, the seed, the candidates:
-- [[key, kind, number, numbers, probability, states, steps, at_end, window, ends_call, slots, age], …], where a step
-- is [times, state, slot, end in two parts], a window [key, limit, seconds, microseconds], and an age the beginning of the
-- scenario, the least age and the excluded one, each in two parts. Field 's' is the opening state, 's:<slot>' an entered
-- one: name, beginning and end, joined by U+001F. Moments and spans are in two parts because a double does not
-- hold the microseconds of every year. Answers 'flushed', 'gone' (deleted), or 'ok' and for each rule that fires:
-- index, count, step, and the opening moment of its window in two parts ('' without one).
if redis.call('GET', root .. 'epoch') ~= ARGV[1] then
  return { 'flushed' }
end
local tally = parts(ARGV[2], ARGV[3])[1]
local read = redis.call('HMGET', tally, 'begun', 's')
if not read[1] then
  return { 'gone' }
end
local opening = read[2]
local seconds, micros, seed = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]

local function has(list, wanted)
  for index, item in ipairs(list) do
    if item == wanted then
      return index
    end
  end
end

local function share(key, count, what)
  local digest = redis.sha1hex(seed .. '\31' .. key .. '\31' .. string.format('%.0f', count) .. (what or ''))
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

local function step_of(steps, at_end, place, key, count)
  local whole = 0
  for _, step in ipairs(steps) do
    whole = whole + step[1]
  end
  if at_end == 'choose' then
    local left = share(key, count, '\31choose') * whole
    for index, step in ipairs(steps) do
      left = left - step[1]
      if left < 0 then return index end
    end
    return #steps
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

-- The time from a moment to this call, and whether it is at least a span.
local function since(whole, fraction)
  local passed, rest = seconds - whole, micros - fraction
  if rest < 0 then
    passed, rest = passed - 1, rest + 1000000
  end
  return passed, rest
end

local function reaches(passed, rest, whole, fraction)
  return passed > whole or (passed == whole and rest >= fraction)
end

-- The state of a slot, and its beginning in two parts; no parts: since the scenario began.
local function current(slot)
  local found = redis.call('HGET', tally, 's:' .. slot)
  local name, a, b, c, d
  if found then
    name, a, b, c, d = string.match(found, '^(.*)\31(%S+)\31(%S+)\31(%S+)\31(%S+)$')
    if c == '-' or not reaches(seconds, micros, tonumber(c), tonumber(d)) then
      return name, tonumber(a), tonumber(b)
    end
  end
  if slot == '' and opening then
    return opening, tonumber(c), tonumber(d)
  end
end

local function admits(states, slots, age)
  if #states == 0 and age == cjson.null then return true end
  for _, slot in ipairs(slots) do
    local name, whole, fraction = current(slot)
    if name and (#states == 0 or has(states, name)) then
      if age == cjson.null then return true end
      local passed, rest = since(whole or age[1], fraction or age[2])
      if reaches(passed, rest, age[3], age[4])
        and (age[5] == cjson.null or not reaches(passed, rest, age[5], age[6])) then
        return true
      end
    end
  end
  return false
end

-- Count the call in its window. Answers the window's opening moment when it is above the limit.
local function above(window)
  local field = 'w:' .. window[1]
  local from, fraction, calls = seconds, micros, 0
  local open = redis.call('HGET', tally, field)
  if open then
    local a, b, c = string.match(open, '^(%S+) (%S+) (%S+)$')
    a, b, c = tonumber(a), tonumber(b), tonumber(c)
    local passed, rest = since(a, b)
    if passed >= 0 and not reaches(passed, rest, window[3], window[4]) then
      from, fraction, calls = a, b, c
    end
  end
  redis.call('HSET', tally, field, string.format('%.0f %.0f %.0f', from, fraction, calls + 1))
  if calls + 1 > window[2] then
    return string.format('%.0f', from), string.format('%.0f', fraction)
  end
end

local fired, stopped, entered = { 'ok' }, false, {}
for index, candidate in ipairs(cjson.decode(ARGV[7])) do
  local key, occurs, number, numbers, chance, states, steps, at_end, window, stops, slots, age = unpack(candidate, 1, 12)
  if admits(states, slots, age) then
    local count = 0
    if key ~= '' then
      count = redis.call('HINCRBY', tally, 'c:' .. key, 1)
    end
    local step = nil
    if fires(occurs, number, numbers, chance, count, key) then
      if #steps == 1 and at_end ~= 'pass' then
        step = 1
      else
        step = step_of(steps, at_end, ordinal(occurs, number, numbers, count), key, count)
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
      local _, name, slot, whole, fraction = unpack(steps[step], 1, 5)
      if name ~= cjson.null then
        entered[slot] = table.concat({ name, ARGV[4], ARGV[5], whole, fraction }, '\31')
      end
    end
  end
end
for slot, state in pairs(entered) do
  redis.call('HSET', tally, 's:' .. slot, state)
end
return fired
