/**
 * Stores an entry on its tenant's shelf and makes room there: past its quota a tenant loses those of its own entries
 * that would end first, and nobody else loses any. The shelf is a sorted set of the entries by the end of their time;
 * what has ended is taken off it as new ones come. A lock that was held for the load is given back by the same call.
 *
 * KEYS: entry, shelf, sizes by entry, bytes by tenant, lock.
 * ARGV: value, its life in ms, bytes, now in epoch ms, quota in bytes, tenant, life of the shelf in ms.
 */
export const STORE = `
local entry, shelf, sizes, usage, lock = unpack(KEYS)
local value, ttl, bytes, now, quota, tenant, shelfTtl = unpack(ARGV)
local total = 0
if redis.call('EXISTS', shelf) == 1 then
  total = tonumber(redis.call('HGET', usage, tenant) or 0)
else
  redis.call('DEL', sizes)
end
local function drop(key)
  total = total - tonumber(redis.call('HGET', sizes, key) or 0)
  redis.call('HDEL', sizes, key)
  redis.call('ZREM', shelf, key)
end
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', shelf, '-inf', now, 'LIMIT', 0, 100)) do drop(ended) end
drop(entry)
while total + bytes > tonumber(quota) do
  local next = redis.call('ZRANGE', shelf, 0, 0)[1]
  if not next then break end
  redis.call('DEL', next)
  drop(next)
end
redis.call('SET', entry, value, 'PX', ttl)
redis.call('ZADD', shelf, now + ttl, entry)
redis.call('HSET', sizes, entry, bytes)
redis.call('HSET', usage, tenant, total + bytes)
redis.call('PEXPIRE', shelf, shelfTtl)
redis.call('PEXPIRE', sizes, shelfTtl)
redis.call('DEL', lock)
return total + bytes
`;
