import { describe, it } from 'vitest';

import { buildTokenTower } from '../../lib/clients/token-tower.js';
import { CredentialMemory } from '../../lib/credential/credential-memory.js';
import { isAsposeAuthError } from '../../lib/errors/errors.js';
import { resolveOptions } from '../../lib/options/resolve-options.js';
import type { EmulatorFault } from '../../lib/testing/emulator/emulator-faults.js';
import { AsposeCloudEmulator } from '../../lib/testing/index.js';
import type { TokenSource } from '../../lib/token/token-source.js';
import { axiosTokenTransport } from '../../lib/transport/axios-token-transport.js';
import { HastyTokenClock } from '../support/hasty-token-clock.js';

const SPEED = 4;
const LIFETIME_MS = 3_600_000;
/** Enough for three attempts on a busy machine: one that the flight cuts short tells no time to come back. */
const FLIGHT_MS = 18_000;
/** What a busy machine may add to a wait, by the hasty clock. */
const SLACK_MS = 2_000;

/** How old the token at hand is when the endpoint starts to fail, and how long a call may take then. */
const STATES = {
  cold: { ageMs: undefined, limitMs: FLIGHT_MS },
  'refresh-soon': { ageMs: 0.85 * LIFETIME_MS, limitMs: 0 },
  'must-refresh': { ageMs: LIFETIME_MS - 20_000, limitMs: 2_000 },
  expired: { ageMs: LIFETIME_MS, limitMs: FLIGHT_MS },
};

type State = keyof typeof STATES;

/** What goes wrong with every token request; `refused` connections are those to a server that is gone. */
type Fault = EmulatorFault | 'refused';

/** What a caller gets in each state, and after how many token requests. */
type Row = Record<State, string>;

/** While a valid token is at hand, a single request is made and its failure does not show. */
function fails(outcome: string): Row {
  return {
    cold: outcome,
    'refresh-soon': 'the old token ×1',
    'must-refresh': 'the old token ×1',
    expired: outcome,
  };
}

function answer(body: unknown): EmulatorFault {
  return { kind: 'answer', body };
}

const MATRIX: [name: string, fault: Fault, row: Row][] = [
  [
    'connection refused',
    'refused',
    fails('TOKEN_ENDPOINT_UNREACHABLE ×3, again in 3 s'),
  ],
  [
    'reset',
    { kind: 'reset' },
    fails('TOKEN_ENDPOINT_UNREACHABLE ×3, again in 3 s'),
  ],
  ['hang', { kind: 'hang' }, fails('TOKEN_REQUEST_TIMEOUT ×3, again in 3 s')],
  [
    'slow headers',
    { kind: 'slow-headers', delayMs: 60_000 },
    fails('TOKEN_REQUEST_TIMEOUT ×3, again in 3 s'),
  ],
  [
    'slow body',
    { kind: 'slow-body', delayMs: 60_000 },
    fails('TOKEN_REQUEST_TIMEOUT ×3, again in 3 s'),
  ],
  [
    'headers within the patience of who holds a valid token',
    { kind: 'slow-headers', delayMs: 600 / SPEED },
    {
      cold: 'a new token ×1',
      'refresh-soon': 'the old token ×1',
      'must-refresh': 'a new token ×1',
      expired: 'a new token ×1',
    },
  ],
  [
    'a body beyond that patience, within the time of an attempt',
    { kind: 'slow-body', delayMs: 2_800 / SPEED },
    {
      cold: 'a new token ×1',
      'refresh-soon': 'the old token ×1',
      'must-refresh': 'the old token ×1',
      expired: 'a new token ×1',
    },
  ],
  [
    'truncated JSON',
    { kind: 'truncated' },
    fails('RESPONSE_NOT_JSON ×3, again in 3 s'),
  ],
  [
    'HTML 502',
    { kind: 'html', status: 502 },
    fails('TOKEN_ENDPOINT_FAILED ×3, again in 3 s'),
  ],
  [
    'HTML 200',
    { kind: 'html', status: 200 },
    fails('RESPONSE_NOT_JSON ×3, again in 3 s'),
  ],
  ['empty 200', { kind: 'answer' }, fails('RESPONSE_EMPTY ×3, again in 3 s')],
  [
    '429 with seconds',
    { kind: 'throttle', retryAfter: '120' },
    fails('THROTTLED ×1, again in 120 s'),
  ],
  [
    '429 with a date, from a server whose clock is years behind',
    {
      kind: 'answer',
      status: 429,
      headers: {
        Date: 'Wed, 01 Jan 2020 00:00:00 GMT',
        'Retry-After': 'Wed, 01 Jan 2020 00:02:00 GMT',
      },
    },
    fails('THROTTLED ×1, again in 120 s'),
  ],
  ['bare 429', { kind: 'throttle' }, fails('THROTTLED ×1, again in 60 s')],
  [
    '503',
    { kind: 'answer', status: 503 },
    fails('TOKEN_ENDPOINT_FAILED ×3, again in 3 s'),
  ],
  [
    '503 with Retry-After',
    { kind: 'throttle', status: 503, retryAfter: '120' },
    fails('THROTTLED ×1, again in 120 s'),
  ],
  [
    '400 JSON',
    { kind: 'refuse' },
    fails('CREDENTIALS_REFUSED ×1, again in 60 s'),
  ],
  [
    '400 HTML',
    { kind: 'html', status: 400 },
    fails('CREDENTIALS_REFUSED ×1, again in 60 s'),
  ],
  ['an array', answer([]), fails('RESPONSE_NOT_JSON ×3, again in 3 s')],
  [
    'expires_in: -1',
    answer({ access_token: 'abc', expires_in: -1 }),
    fails('LIFETIME_INVALID ×3, again in 3 s'),
  ],
  [
    'a token with a newline',
    answer({ access_token: 'abc\r\nX-Evil: 1', expires_in: 60 }),
    fails('TOKEN_MALFORMED ×3, again in 3 s'),
  ],
  [
    'token_type: mac',
    answer({ access_token: 'abc', expires_in: 60, token_type: 'mac' }),
    fails('TOKEN_TYPE_UNSUPPORTED ×3, again in 3 s'),
  ],
];

describe.concurrent('a token endpoint in trouble', { timeout: 30_000 }, () => {
  it.for(MATRIX)('%s', async ([, fault, row], { expect }) => {
    const met = await Promise.all(
      (Object.keys(STATES) as State[]).map((state) => meet(fault, state)),
    );
    const outcomes = met.map(({ state, outcome }) => [state, outcome]);
    expect(Object.fromEntries(outcomes)).toEqual(row);
    for (const { state, tookMs, lost } of met) {
      expect(tookMs).toBeLessThan(STATES[state].limitMs + SLACK_MS);
      expect(lost).toBe(0);
    }
  });

  it('307 elsewhere, where the secret never arrives', async ({ expect }) => {
    const elsewhere = await AsposeCloudEmulator.start();
    const location = `${elsewhere.url}/connect/token`;
    const met = await Promise.all(
      (Object.keys(STATES) as State[]).map((state) =>
        meet({ kind: 'redirect', location }, state),
      ),
    );
    const outcomes = met.map(({ state, outcome }) => [state, outcome]);
    expect(Object.fromEntries(outcomes)).toEqual(
      fails('TOKEN_REQUEST_REDIRECTED ×1, again in 60 s'),
    );
    expect(elsewhere.tokenRequests).toEqual([]);
    expect(elsewhere.apiCalls).toEqual([]);
    await elsewhere.close();
  });
});

/** Puts an engine into a state, lets every token request fail from then on, and makes one call. */
async function meet(fault: Fault, state: State) {
  const cloud = await AsposeCloudEmulator.start({
    lifetimeSeconds: LIFETIME_MS / 1000,
  });
  const { tokens, clock, wire, landing } = engineFor(cloud);
  try {
    const { ageMs } = STATES[state];
    const old = ageMs === undefined ? undefined : await tokens.getToken();
    clock.shift(ageMs ?? 0);
    if (fault === 'refused') await cloud.close();
    else cloud.failNext(fault, { times: Infinity });

    const requestsBefore = wire.requests;
    const landed = landing();
    const startedAtMs = clock.monotonicNow();
    const [got, more] = await outcomeOf(tokens, old?.value);
    const tookMs = clock.monotonicNow() - startedAtMs;
    await landed;
    const requests = wire.requests - requestsBefore;
    const lost =
      fault === 'refused' ? 0 : wire.requests - cloud.counters.tokenRequests;
    return { state, outcome: `${got} ×${requests}${more}`, tookMs, lost };
  } finally {
    tokens.close();
    await cloud.close();
  }
}

function engineFor(cloud: AsposeCloudEmulator) {
  const clock = new HastyTokenClock(SPEED);
  const send = axiosTokenTransport();
  const wire = { requests: 0 };
  let onLanding = () => {};
  const tokens = buildTokenTower({
    client: 'default',
    options: resolveOptions({
      clientId: cloud.clientId,
      clientSecret: cloud.clientSecret,
      baseUrl: cloud.url,
      timeouts: { flightMs: FLIGHT_MS },
    }),
    clock,
    memory: new CredentialMemory(clock),
    transport: (request, ...signals) => {
      wire.requests += 1;
      return send(request, ...signals);
    },
    onEvent: ({ type }) => {
      if (['fetched', 'refreshed', 'refresh-failed'].includes(type))
        onLanding();
    },
    random: () => 0,
  });
  const landing = () =>
    new Promise<void>((resolve) => {
      onLanding = resolve;
    });
  return { tokens, clock, wire, landing };
}

async function outcomeOf(
  tokens: TokenSource,
  old: string | undefined,
): Promise<[got: string, more: string]> {
  try {
    const { value } = await tokens.getToken();
    return [value === old ? 'the old token' : 'a new token', ''];
  } catch (error) {
    if (!isAsposeAuthError(error)) throw error;
    const { code, retryAfterMs = Infinity } = error;
    const seconds = Math.ceil(retryAfterMs / 1000);
    return [code.replace('ASPOSE_AUTH_', ''), `, again in ${seconds} s`];
  }
}
