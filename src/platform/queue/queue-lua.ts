/** More than this are not looked through for who is let in next. */
const FEW_GROUPS = 64;

/** Entries kept of the many that end together: where so many do, nobody could look at each. */
const KEPT_OF_A_TURN = 8;

/**
 * Lua that works on the keys of one BullMQ queue (its layout of 6.x) and on ours beside them: `held:<group>`, who waits for
 * room of its group, by priority, then by id; `in:<group>`, who of it is in the queue or runs; `groups`, those which have
 * somebody waiting; `rate:<group>`, when its latest were let in. BullMQ's stream of events is not written: nobody reads it.
 *
 * KEYS[1] is what all keys of the queue begin with. ARGV[1]: jobs of a group that may be in the queue; ARGV[2]: how many of
 * a group may enter it in a second, 0 for any number.
 */
const GROUPS = `
local call = redis.call
local base = KEYS[1]
local perGroup, perSecond = tonumber(ARGV[1]), tonumber(ARGV[2])

-- Those that enter the queue by this call: a worker may have to wake for them.
local entering, pushed = {}, false
local function wake() call('ZADD', base .. 'marker', 0, '0') end

local function push(id, priority)
  pushed = true
  if priority == 0 then entering[#entering + 1] = id return end
  local turn = call('INCR', base .. 'pc') % 0x100000000
  call('ZADD', base .. 'prioritized', priority * 0x100000000 + turn, id)
end

local function flush()
  if #entering > 0 then call('LPUSH', base .. 'wait', unpack(entering)) end
end

-- How many of those wanted may enter now, and in how many ms another may.
local function granted(group, wanted)
  local time, entered = call('TIME'), base .. 'rate:' .. group
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local oldest = call('LINDEX', entered, -1)
  while oldest and now - oldest >= 1000 do
    call('RPOP', entered)
    oldest = call('LINDEX', entered, -1)
  end
  local free = math.max(0, math.min(wanted, perSecond - call('LLEN', entered)))
  for _ = 1, free do call('LPUSH', entered, now) end
  if free > 0 then call('PEXPIRE', entered, 1000) end
  if free == wanted then return free, 0 end
  return free, math.max(1, 1000 - (now - (oldest or now)))
end

-- Lets as many of a group in as it has room for; gives the ms until more may enter, 0 where no rate is in the way.
local function admit(group, room)
  local held, inside, wait = base .. 'held:' .. group, base .. 'in:' .. group, 0
  room = room or perGroup - call('SCARD', inside)
  if room <= 0 then return 0 end
  if perSecond > 0 then
    local waiting = call('ZCARD', held)
    local allowed, ms = granted(group, math.min(room, waiting))
    if allowed < waiting then wait = ms end
    if allowed == 0 and waiting > 0 then return wait end
    room = allowed
  end
  local first, ids = room > 0 and call('ZPOPMIN', held, room) or {}, {}
  for i = 1, #first, 2 do
    ids[#ids + 1] = first[i]
    push(first[i], tonumber(first[i + 1]))
  end
  if #ids > 0 then call('SADD', inside, unpack(ids)) end
  if #ids < room or #ids == 0 then call('SREM', base .. 'groups', group) end
  return wait
end

local function admitAll(groups, rooms)
  local later = {}
  for _, group in ipairs(groups) do
    local ms = admit(group, rooms and rooms[group])
    if ms > 0 then
      later[#later + 1] = group
      later[#later + 1] = ms
    end
  end
  return later
end

-- As admitAll, and wakes a worker for whoever has entered.
local function letIn(groups)
  local later = admitAll(groups)
  flush()
  if pushed then wake() end
  return later
end
`;

/** Enters jobs that the queue does not know. ARGV[3]: now; [4]: options of an entry; then id, name, priority, group of each. */
export const ENTER = `${GROUPS}
local groups, seen = {}, {}
for i = 5, #ARGV, 4 do
  local id, priority, group = ARGV[i], ARGV[i + 2], ARGV[i + 3]
  local key = base .. id
  if call('EXISTS', key) == 0 then
    local data = group == '' and '{}' or cjson.encode({ group = group })
    call('HSET', key, 'name', ARGV[i + 1], 'data', data, 'opts', ARGV[4], 'timestamp', ARGV[3], 'delay', 0,
      'priority', priority)
    if group == '' then
      push(id, tonumber(priority))
    else
      call('ZADD', base .. 'held:' .. group, priority, id)
      if not seen[group] then
        seen[group] = true
        groups[#groups + 1] = group
      end
    end
  end
end
if #groups > 0 then call('SADD', base .. 'groups', unpack(groups)) end
return letIn(groups)
`;

/**
 * Ends jobs that ran well, lets the next of their groups in, and takes as many as have a token. ARGV[3]: now; [4]: ms of a
 * lock; [5]: entries kept of those completed; [6]: how many end; of each id, token, tries made, group, and '1' where the
 * next is to be taken under its token if it ends well; then a token for each other to take. Gives a code for each that
 * ends (BullMQ's, 0 is well), what was taken, the score of the first delayed one, and which groups have to wait. In Lua a
 * command costs more than what it does: where one can be for all jobs, it is.
 */
export const TURN = `${GROUPS}
local now, ending = ARGV[3], tonumber(ARGV[6])
local active, completed = base .. 'active', base .. 'completed'
local codes, locks, gone, scored = {}, {}, {}, {}
local groups, left, tokens = {}, {}, {}
if ending > 0 then
  for i = 1, ending do locks[i] = base .. ARGV[2 + 5 * i] .. ':lock' end
  local owners = call('MGET', unpack(locks))
  for i = 1, ending do
    local id, token, tries, group, more = unpack(ARGV, 2 + 5 * i, 6 + 5 * i)
    if owners[i] ~= token then
      codes[i] = call('EXISTS', base .. id) == 0 and -1 or owners[i] and -6 or -2
    elseif call('LREM', active, -1, id) == 0 then
      codes[i] = -3
    else
      codes[i] = 0
      gone[#gone + 1] = locks[i]
      if #scored < 2 * ${KEPT_OF_A_TURN} then
        call('HSET', base .. id, 'finishedOn', now, 'returnvalue', 'null', 'atm', tries)
        scored[#scored + 1] = now
        scored[#scored + 1] = id
      else
        gone[#gone + 1] = base .. id
      end
      if more == '1' then tokens[#tokens + 1] = token end
      if group ~= '' then
        if not left[group] then
          left[group] = {}
          groups[#groups + 1] = group
        end
        table.insert(left[group], id)
      end
    end
  end
  if #gone > 0 then
    call('ZADD', completed, unpack(scored))
    local kept, most = call('ZCARD', completed), tonumber(ARGV[5])
    local oldest = kept > 1.5 * most and call('ZPOPMIN', completed, kept - most) or {}
    for i = 1, #oldest, 2 do gone[#gone + 1] = base .. oldest[i] end
    call('DEL', unpack(gone))
  end
  for group, members in pairs(left) do left[group] = call('SREM', base .. 'in:' .. group, unpack(members)) end
end
-- a group that has somebody waiting had no room left before, but for what its rate kept back
local later = admitAll(groups, perSecond == 0 and left)

for i = 7 + 5 * ending, #ARGV do tokens[#tokens + 1] = ARGV[i] end
local wanted = #tokens
if wanted == 0 or call('HEXISTS', base .. 'meta', 'paused') == 1 then
  flush()
  if pushed then wake() end
  return { codes, {}, 0, later }
end
local delayed = call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
local nextDelayed = tonumber(delayed[2]) or 0
if delayed[1] and nextDelayed < (now + 1) * 0x1000 then
  for _, id in ipairs(call('ZRANGEBYSCORE', base .. 'delayed', 0, (now + 1) * 0x1000 - 1, 'LIMIT', 0, 1000)) do
    call('ZREM', base .. 'delayed', id)
    call('HSET', base .. id, 'delay', 0)
    push(id, tonumber(call('HGET', base .. id, 'priority')) or 0)
  end
  nextDelayed = tonumber(call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')[2]) or 0
end
flush()
-- one more than wanted is looked at, to know whether somebody else has to wake
local waiting, chosen = call('LRANGE', base .. 'wait', -wanted - 1, -1), {}
for i = #waiting, math.max(1, #waiting - wanted + 1), -1 do chosen[#chosen + 1] = waiting[i] end
local more = #waiting > #chosen
if #chosen > 0 then call('LTRIM', base .. 'wait', 0, -#chosen - 1) end
if #chosen < wanted then
  local prioritized = call('ZPOPMIN', base .. 'prioritized', wanted - #chosen)
  for i = 1, #prioritized, 2 do chosen[#chosen + 1] = prioritized[i] end
end
local taken, entered = {}, {}
for _, id in ipairs(chosen) do
  local key, token = base .. id, tokens[#taken + 1]
  local entry = call('HMGET', key, 'name', 'data', 'timestamp', 'priority', 'ats', 'atm', 'stc', 'stacktrace', 'defa')
  if entry[1] then
    entry[5] = (tonumber(entry[5]) or 0) + 1
    call('SET', key .. ':lock', token, 'PX', ARGV[4])
    call('HSET', key, 'processedOn', now, 'ats', entry[5])
    entered[#entered + 1] = id
    taken[#taken + 1] = { id, entry }
  end
end
if #entered > 0 then call('LPUSH', active, unpack(entered)) end
if more or #chosen == wanted and call('ZCARD', base .. 'prioritized') > 0 then wake() end
return { codes, taken, nextDelayed, later }
`;

/** Lets in who has room, of the groups in ARGV from [3] on; who has left the queue unnoticed leaves its group first. */
export const ADMIT = `${GROUPS}
local groups = {}
for i = 3, #ARGV do
  groups[#groups + 1] = ARGV[i]
  for _, id in ipairs(call('SMEMBERS', base .. 'in:' .. ARGV[i])) do
    local entry = call('HMGET', base .. id, 'name', 'finishedOn')
    if not entry[1] or entry[2] then call('SREM', base .. 'in:' .. ARGV[i], id) end
  end
end
return letIn(groups)
`;

/** Has a job leave its group, and the next of it enter. ARGV[3]: its id; [4]: the group. */
export const LEAVE = `${GROUPS}
call('SREM', base .. 'in:' .. ARGV[4], ARGV[3])
call('ZREM', base .. 'held:' .. ARGV[4], ARGV[3])
return letIn({ ARGV[4] })
`;

/** The ids that are taken next, ARGV[1] at most; where few groups have some waiting, those that are let in next, too. */
export const FOREMOST = `
local call, base, most = redis.call, KEYS[1], tonumber(ARGV[1])
local ids, waiting = {}, call('LRANGE', KEYS[1] .. 'wait', -ARGV[1], -1)
for i = #waiting, 1, -1 do ids[#ids + 1] = waiting[i] end
local function add(more) for _, id in ipairs(more) do ids[#ids + 1] = id end end
if #ids < most then add(call('ZRANGE', base .. 'prioritized', 0, most - #ids - 1)) end
if #ids < most and call('SCARD', base .. 'groups') <= ${FEW_GROUPS} then
  local groups = call('SMEMBERS', base .. 'groups')
  local each = math.floor((most - #ids) / #groups)
  for _, group in ipairs(groups) do
    if each > 0 then add(call('ZRANGE', base .. 'held:' .. group, 0, each - 1)) end
  end
end
return ids
`;

/** How many wait for room of their group. */
export const HELD = `
local held = 0
for _, group in ipairs(redis.call('SMEMBERS', KEYS[1] .. 'groups')) do
  held = held + redis.call('ZCARD', KEYS[1] .. 'held:' .. group)
end
return held
`;

/** When each of the jobs in ARGV ended in the queue: '' where it has not, false where the queue does not know it. */
export const KNOWN = `
local known = {}
for i, id in ipairs(ARGV) do
  local entry = redis.call('HMGET', KEYS[1] .. id, 'name', 'finishedOn')
  known[i] = entry[1] and (entry[2] or '')
end
return known
`;
