// A token that falls due about every 3 s, under even load. Each call has a twin with a static header, sent at the same
// moment over the same stack.
import { repeatAtOnce } from '../support/repeat.mjs';
import { every } from '../support/settle.mjs';
import { medians, quantile, worst } from '../support/statistics.mjs';

const TOKEN_DELAY_MS = 100;
/** By how much more than its twin a call takes that waits for something. */
const BLOCKED_MS = 50;
const INTERVAL_MS = 10;
const DUE_EVERY_MS = 3_000;

export default {
  title: 'expiry under load, due every 3 s',
  figures: [
    { key: 'perMinute', name: 'token requests a minute', digits: 0 },
    { key: 'failed', name: 'failed calls', digits: 0, atMost: 0 },
    { key: 'blocked', name: 'blocked calls', digits: 0, atMost: 0 },
    { key: 'p99', name: 'p99', unit: 'ms', digits: 1 },
    {
      key: 'p99OverFloor',
      name: "… of the static floor's",
      unit: '×',
      digits: 2,
      atMost: 1.2,
    },
  ],

  async run({ peer, server, isQuick }) {
    const seconds = isQuick ? 5 : 15;
    await server.set({
      tokenDelayMs: TOKEN_DELAY_MS,
      lifetimeSeconds: peer.refreshes.every3Seconds,
    });
    const runs = await repeatAtOnce(isQuick ? 1 : 3, () =>
      load(peer, server, seconds),
    );
    return {
      ...worst(runs.map(({ counts }) => counts)),
      ...medians(runs.map(({ times }) => times)),
    };
  },
};

async function load(peer, server, seconds) {
  const credentials = server.newCredentials();
  const floor = peer.createFloor(server);
  const client = await peer.create(server, credentials);
  for (let call = 0; call < 50; call += 1)
    await Promise.all([client.call(), floor.call()]);

  const before = await server.countTokenRequests(credentials.clientId);
  const due = setInterval(() => client.makeDue?.(), DUE_EVERY_MS);
  const twins = [];
  const { failed, unsettled } = await every(
    INTERVAL_MS,
    seconds * 1_000,
    (number) => callWithTwin(client, floor, number, twins),
  );
  clearInterval(due);
  const requests = await server.countTokenRequests(credentials.clientId);
  const tokens = await server.issuedTokens(credentials.clientId);
  await client.close();
  floor.close();

  const p99 = quantile(
    twins.map(({ ms }) => ms),
    0.99,
  );
  const floorP99 = quantile(
    twins.map(({ floorMs }) => floorMs),
    0.99,
  );
  return {
    counts: {
      perMinute: ((requests - before) * 60) / seconds,
      failed: failed + unsettled,
      blocked: twins.filter((twin) => wasBlocked(twin, tokens)).length,
    },
    times: { p99, p99OverFloor: p99 / floorP99 },
  };
}

/** Both are sent at once; which goes first changes from call to call. Resolves with the status of the peer's. */
async function callWithTwin(client, floor, number, twins) {
  const startedAt = Date.now();
  const inOrder = number % 2 === 0;
  const floorFirst = inOrder ? undefined : timed(floor);
  const own = timed(client);
  const [{ ms: floorMs }, { ms, outcome }] = await Promise.all([
    floorFirst ?? timed(floor),
    own,
  ]);
  twins.push({ startedAt, ms, floorMs });
  return outcome;
}

async function timed({ call }) {
  const startedAt = performance.now();
  const outcome = await call().catch((error) => error);
  return { ms: performance.now() - startedAt, outcome };
}

/** Whether a call took long although the client held a valid token when it was made. */
function wasBlocked({ startedAt, ms, floorMs }, tokens) {
  return (
    ms > floorMs + BLOCKED_MS &&
    tokens.some(
      ({ issuedAt, expiresAt }) =>
        issuedAt <= startedAt && startedAt < expiresAt,
    )
  );
}
