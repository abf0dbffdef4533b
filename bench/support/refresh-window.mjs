/**
 * When a peer replaces its token, and the lifetimes that follow from it.
 *
 * - `every3Seconds`: the lifetime, in seconds, with which it replaces its token about every 3 s
 * - `dueInOutage`: a lifetime with which a replacement falls due after `dueAfterMs`, while the token stays valid for
 *   more than 5 s; where there is no such lifetime, one that outlives the outage
 */
const DUE_EVERY_SECONDS = 3;

/** A fixed time ahead of its expiry. */
export function aheadBySeconds(seconds) {
  return {
    text: `${seconds} s ahead of expiry`,
    every3Seconds: seconds + DUE_EVERY_SECONDS,
    dueInOutage: {
      lifetimeSeconds: seconds + DUE_EVERY_SECONDS,
      dueAfterMs: DUE_EVERY_SECONDS * 1_000,
    },
  };
}

/** After a fraction of its lifetime, at the earliest. */
export function afterFraction(earliest) {
  const outageLifetimeSeconds = 14;
  return {
    text: `after ${earliest * 100} % of its lifetime`,
    every3Seconds: Math.ceil(DUE_EVERY_SECONDS / earliest),
    dueInOutage: {
      lifetimeSeconds: outageLifetimeSeconds,
      dueAfterMs: outageLifetimeSeconds * earliest * 1_000,
    },
  };
}

/** Only once it has expired. */
export const atExpiry = notAhead('at expiry');

/** Only once the API has refused it. */
export const afterRefusal = notAhead('after a 401 only');

function notAhead(text) {
  return {
    text,
    every3Seconds: DUE_EVERY_SECONDS,
    dueInOutage: { lifetimeSeconds: 30, dueAfterMs: 0, isNeverDue: true },
  };
}
