/**
 * The log of a caller's requests as one hash: `first`, `head`, `tail`, `total`, and for each entry its last request
 * (`l<n>`) and its count (`c<n>`). At most 61 entries, so 126 fields: within the 128 of `hash-max-listpack-entries`,
 * about a kilobyte. The clock is the server's, so instances need not agree on the time. All work is amortised O(1).
 */
const LOG = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function open(key, limit, window, grain)
  local at = redis.call('HMGET', key, 'head', 'tail', 'total', 'first')
  local log = { key = key, limit = limit, window = window, grain = grain, reset = 0,
    head = tonumber(at[1]) or 1, tail = tonumber(at[2]) or 0, total = tonumber(at[3]) or 0, first = tonumber(at[4]) or 0 }
  local gone = {}
  while log.head <= log.tail do
    local last, count = unpack(redis.call('HMGET', key, 'l' .. log.head, 'c' .. log.head))
    last, count = tonumber(last) or 0, tonumber(count) or 0
    if count > 0 and now - last <= window then
      log.reset = last + window + 1 - now
      break
    end
    log.total = log.total - count
    gone[#gone + 1] = 'l' .. log.head
    gone[#gone + 1] = 'c' .. log.head
    log.head = log.head + 1
  end
  if #gone > 0 then
    redis.call('HDEL', key, unpack(gone))
    redis.call('HSET', key, 'head', log.head, 'total', log.total)
  end
  return log
end

local function count(log, wanted)
  local taken = math.min(wanted, log.limit - log.total)
  if taken <= 0 then return 0, 0 end
  log.total = log.total + taken
  local entry = log.tail + 1
  if log.grain == 0 then
    for at = entry, log.tail + taken do
      redis.call('HSET', log.key, 'c' .. at, 1, 'l' .. at, now)
    end
    log.tail = log.tail + taken
    log.first = now
  elseif log.head <= log.tail and now - log.first <= log.grain then
    entry = log.tail
    redis.call('HINCRBY', log.key, 'c' .. entry, taken)
  else
    log.tail = entry
    log.first = now
    redis.call('HSET', log.key, 'c' .. entry, taken)
  end
  redis.call('HSET', log.key, 'first', log.first, 'head', log.head, 'tail', log.tail, 'total', log.total, 'l' .. log.tail, now)
  redis.call('PEXPIRE', log.key, log.window + 1000)
  if log.reset == 0 then log.reset = log.window + 1 end
  return taken, entry
end
`;

/**
 * KEYS: the window's log, then the burst's if there is one. ARGV: how many requests; limit, window, grain (ms) of each.
 * Returns of the window, then of the burst: taken, the first's entry, remaining, reset ms. What is taken of the burst
 * is what found the window full; what neither took is refused.
 */
export const TAKE = `${LOG}
local wanted = tonumber(ARGV[1])
local answer = {}
for at, key in ipairs(KEYS) do
  local log = open(key, tonumber(ARGV[3 * at - 1]), tonumber(ARGV[3 * at]), tonumber(ARGV[3 * at + 1]))
  local taken, entry = count(log, wanted)
  wanted = wanted - taken
  for _, value in ipairs({ taken, entry, math.max(0, log.limit - log.total), log.reset }) do
    answer[#answer + 1] = value
  end
end
return answer
`;

/** KEYS: the log. ARGV: the entry of a counted request, which is given back unless it has left already. */
export const REFUND = `
local field = 'c' .. ARGV[1]
if (tonumber(redis.call('HGET', KEYS[1], field)) or 0) > 0 then
  redis.call('HINCRBY', KEYS[1], field, -1)
  redis.call('HINCRBY', KEYS[1], 'total', -1)
end
return 1
`;
