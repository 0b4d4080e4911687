import { createHash } from 'node:crypto';
import type { Script } from '../../stores/redis/client.js';

/**
 * A cache on the server is five keys with one hash tag: `values` (a hash: weight, deadline and value of each entry), `used` (a sorted set: keys in the order of
 * their use), `ends` (a sorted set: deadlines in milliseconds, of entries that have one), `names` (a sorted set of equal scores: keys in the order of their
 * bytes), `sums` (a hash: the bytes of all entries, and a counter of uses). Each script runs as a whole, so that capacity, recency and deadlines are
 * exact however many instances share the cache; deadlines are those of the server's clock.
 */
export const KEY_NAMES = ['values', 'used', 'ends', 'names', 'sums'] as const;

const COMMON = `
local values, used, ends, names, sums = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local function time()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function parts(entry)
  local weight, ending, at = string.match(entry, '^(%d+) (%d*) ()')
  return tonumber(weight), tonumber(ending), at
end
local function drop(key, weight)
  redis.call('HDEL', values, key)
  redis.call('ZREM', used, key)
  redis.call('ZREM', ends, key)
  redis.call('ZREM', names, key)
  redis.call('HINCRBY', sums, 'bytes', -weight)
end
local function weightOf(key)
  local entry = redis.call('HGET', values, key)
  if not entry then return 0 end
  return (parts(entry))
end
local function expire(limit)
  local gone = redis.call('ZRANGEBYSCORE', ends, '-inf', '(' .. string.format('%.0f', time()), 'LIMIT', 0, limit)
  for _, key in ipairs(gone) do drop(key, weightOf(key)) end
  return #gone
end
local function touch(key)
  redis.call('ZADD', used, redis.call('HINCRBY', sums, 'uses', 1), key)
end
local function find(key)
  local entry = redis.call('HGET', values, key)
  if not entry then return nil end
  local weight, ending, at = parts(entry)
  if ending and ending < time() then
    drop(key, weight)
    return nil
  end
  return entry, weight, at
end
`;

function script(body: string): Script {
  const text = COMMON + body;
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** Arguments: key, value, weight, milliseconds to live or empty, capacity, most bytes or empty. */
export const SET = script(`
local key, value, weight, ttl, capacity, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5]), ARGV[6]
local function makeRoom()
  if expire(128) > 0 then return end
  local oldest = redis.call('ZRANGE', used, 0, 0)[1]
  drop(oldest, weightOf(oldest))
end
local old = redis.call('HGET', values, key)
if old then
  redis.call('HINCRBY', sums, 'bytes', -(parts(old)))
else
  while redis.call('HLEN', values) >= capacity do makeRoom() end
end
local ending = ttl == '' and '' or string.format('%.0f', time() + tonumber(ttl))
-- First what a server without memory refuses: after another write it would let the rest pass.
redis.call('HSET', values, key, weight .. ' ' .. ending .. ' ' .. value)
if ttl == '' then redis.call('ZREM', ends, key) else redis.call('ZADD', ends, ending, key) end
redis.call('ZADD', names, 0, key)
touch(key)
local bytes = redis.call('HINCRBY', sums, 'bytes', weight)
while most ~= '' and bytes > tonumber(most) do
  makeRoom()
  bytes = tonumber(redis.call('HGET', sums, 'bytes'))
end
return 1
`);

/** Argument: key. The value, or nil. */
export const GET = script(`
local entry, _, at = find(ARGV[1])
if not entry then return false end
touch(ARGV[1])
return string.sub(entry, at)
`);

/** Argument: key. 1 where there is a value. */
export const EXISTS = script(`
return find(ARGV[1]) and 1 or 0
`);

/** Argument: key. 1 where there was a value. */
export const REMOVE = script(`
local entry, weight = find(ARGV[1])
if not entry then return 0 end
drop(ARGV[1], weight)
return 1
`);

/** How many entries there were. The memory is freed in the background. */
export const CLEAR = script(`
local size = redis.call('HLEN', values)
redis.call('UNLINK', values, used, ends, names, sums)
return size
`);

/** Argument: most entries to drop. How many were dropped. */
export const EXPIRE = script(`
return expire(tonumber(ARGV[1]))
`);

/** Size and bytes. */
export const FIGURES = script(`
return { redis.call('HLEN', values), tonumber(redis.call('HGET', sums, 'bytes') or 0) }
`);

/** Arguments: least and greatest key as ZLEXCOUNT has them. How many there are. */
export const COUNT = script(`
return redis.call('ZLEXCOUNT', names, ARGV[1], ARGV[2])
`);

/** Arguments: least and greatest key, 1 for descending, how many to skip, how many to return. Keys. */
export const KEYS_IN = script(`
if ARGV[3] == '1' then return redis.call('ZREVRANGEBYLEX', names, ARGV[2], ARGV[1], 'LIMIT', ARGV[4], ARGV[5]) end
return redis.call('ZRANGEBYLEX', names, ARGV[1], ARGV[2], 'LIMIT', ARGV[4], ARGV[5])
`);

/** Arguments: keys. Their values, nil for those that are gone; recency stays. */
export const PEEK = script(`
local found = {}
for i, key in ipairs(ARGV) do
  local entry = redis.call('HGET', values, key)
  if entry then
    local _, _, at = parts(entry)
    found[i] = string.sub(entry, at)
  else
    found[i] = false
  end
end
return found
`);
