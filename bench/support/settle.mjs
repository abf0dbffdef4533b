import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 5_000;

/** Makes the same call a number of times at once, and tells what became of them. */
export function atOnce(count, call, limitMs = LIMIT_MS) {
  return settle(
    Array.from({ length: count }, () => isOk(call)),
    limitMs,
  );
}

/** Makes a call at even distances for a while, and tells what became of them; `call` gets their number. */
export async function every(intervalMs, forMs, call, limitMs = LIMIT_MS) {
  const calls = [];
  const startedAt = performance.now();
  while (performance.now() - startedAt < forMs) {
    const number = calls.length;
    calls.push(isOk(() => call(number)));
    const nextAt = startedAt + calls.length * intervalMs;
    await delay(Math.max(0, nextAt - performance.now()));
  }
  return settle(calls, limitMs);
}

/** Handles the rejection from the start: only those that nobody could handle are to end the process. */
async function isOk(call) {
  try {
    return (await call()) === 200;
  } catch {
    return false;
  }
}

/** Waits for calls, but not for ever: some peers never settle theirs. */
async function settle(calls, limitMs) {
  const tally = { ok: 0, failed: 0 };
  const settled = Promise.all(
    calls.map(async (call) => {
      tally[(await call) ? 'ok' : 'failed'] += 1;
    }),
  );
  const limit = new AbortController();
  await Promise.race([
    settled,
    delay(limitMs, undefined, { signal: limit.signal }).catch(() => {}),
  ]);
  limit.abort();
  const { ok, failed } = tally;
  return { ok, failed, unsettled: calls.length - ok - failed };
}
