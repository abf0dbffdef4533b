/** What goes wrong in a soak, and how often, relative to one another. */
const TROUBLES = [
  [10, (cloud) => cloud.failNext({ kind: 'reset' })],
  [10, (cloud) => cloud.failNext({ kind: 'html', status: 502 })],
  [6, (cloud) => cloud.failNext({ kind: 'answer' }, { times: 2 })],
  [6, (cloud) => cloud.failNext({ kind: 'truncated' })],
  [6, (cloud) => cloud.failNext({ kind: 'slow-headers', delayMs: 700 })],
  [6, (cloud) => cloud.failNext({ kind: 'slow-body', delayMs: 2_500 })],
  [3, (cloud) => cloud.failNext({ kind: 'hang' })],
  [4, (cloud) => cloud.failNext({ kind: 'throttle', retryAfter: '1' })],
  [
    2,
    (cloud) =>
      cloud.failNext({ kind: 'throttle', status: 503, retryAfter: '3' }),
  ],
  [2, (cloud) => cloud.failNext({ kind: 'refuse' })],
  [
    14,
    (cloud, ledger) => {
      cloud.revokeAll();
      ledger.revokedAll();
    },
  ],
];

/** Draws one trouble and lets it happen. */
export function trouble(cloud, ledger, random) {
  const total = TROUBLES.reduce((sum, [weight]) => sum + weight, 0);
  let drawn = random() * total;
  const [, strike] = TROUBLES.find(([weight]) => (drawn -= weight) < 0);
  strike(cloud, ledger);
}

/** Numbers from 0 to 1 that look random and are the same for the same seed. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
