import { createHash } from 'node:crypto';

/** A script in Lua, and the name that Redis gives it. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

/**
 * Each script takes one key, and sees what is there and when it is.
 *
 * A value that never ends is none of this store's: it counts as nothing. Needs Redis 5, where a script may ask for the time
 * and then write.
 */
const WHAT_IS_THERE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = redis.call('PTTL', KEYS[1])
local value = ttl > 0 and redis.call('GET', KEYS[1])
`;

/** Without arguments; answers `[value | nil, ttlMs, now]`. */
export const READ = script(`
return { value, value and ttl or 0, now }
`);

/** Takes value, ttlMs, notAfter and, unless there must be nothing, the value that it replaces; answers 1 if it did. */
export const WRITE = script(`
if now > tonumber(ARGV[3]) or value ~= (ARGV[4] or false) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

/** Takes owner, leaseMs and notAfter; answers 1 if the owner has the lock. */
export const TRY_LOCK = script(`
if not value and now <= tonumber(ARGV[3]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
return value == ARGV[1] and 1 or 0
`);

/** Takes the owner. */
export const UNLOCK = script(`
if value == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
`);

function script(act: string): RedisScript {
  const text = WHAT_IS_THERE.trimStart() + act.trim();
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
