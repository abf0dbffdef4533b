import { describe, expect, it } from 'vitest';

import { statusOf } from '../../../lib/console/client-status.js';
import type { TokenExplanation } from '../../../lib/index.js';

const WELL = { failingTenants: 0, wasUnauthorized: false };

const FAILURE = {
  code: undefined,
  status: 502,
  flights: 1,
  forMs: 1_000,
} as const;

const TOKEN = {
  fingerprint: '1a2b3c4d',
  state: 'fresh',
  ageMs: 1_000,
  lifetimeMs: 60_000,
  refreshInMs: 30_000,
  runwayMs: 50_000,
} as const;

const of = (
  explanation: Partial<TokenExplanation>,
  heard: Partial<typeof WELL> = {},
) =>
  statusOf(
    { mode: 'client-credentials', ...explanation },
    { ...WELL, ...heard },
  );

const held = (
  reason: 'refused' | 'throttled' | 'back-off' | 'budget' | 'closed',
) => ({
  reason,
  remainingMs: 1_000,
  cause: undefined,
});

describe('a client', () => {
  it.each([
    {
      how: 'that was never asked',
      status: of({}),
      expected: ['idle', 'No token yet'],
    },
    {
      how: 'that fetches its first token',
      status: of({ isRefreshing: true }),
      expected: ['busy', 'Fetching a token'],
    },
    {
      how: 'with a token',
      status: of({ token: TOKEN }),
      expected: ['good', 'Serving'],
    },
    {
      how: 'that renews its token',
      status: of({ token: TOKEN, isRefreshing: true }),
      expected: ['busy', 'Renewing the token'],
    },
    {
      how: 'whose token is being replaced after a 401',
      status: of({
        token: { ...TOKEN, state: 'unauthorized' },
        isRefreshing: true,
      }),
      expected: ['busy', 'Replacing an unauthorized token'],
    },
    {
      how: 'with a token, while renewals fail',
      status: of({ token: TOKEN, failure: FAILURE }),
      expected: ['warning', 'Serving, but renewals fail'],
    },
    {
      how: 'with a token, held back',
      status: of({ token: TOKEN, hold: held('throttled') }),
      expected: ['warning', 'Serving, but renewals fail'],
    },
    {
      how: 'with a token, which an API does not want',
      status: of({
        token: TOKEN,
        origins: [{ origin: 'https://a.example', useless: 1, heldForMs: 9 }],
      }),
      expected: ['warning', 'Serving, but an API says 401'],
    },
    {
      how: 'whose credentials were refused',
      status: of({ hold: held('refused') }),
      expected: ['bad', 'Credentials refused'],
    },
    {
      how: 'without a token, in a pause',
      status: of({ hold: held('back-off') }),
      expected: ['bad', 'No token to serve'],
    },
    {
      how: 'without a token, after a pause',
      status: of({ failure: FAILURE }),
      expected: ['bad', 'No token to serve'],
    },
    {
      how: 'whose token has ended',
      status: of({ token: { ...TOKEN, runwayMs: 0 }, failure: FAILURE }),
      expected: ['bad', 'No token to serve'],
    },
    {
      how: 'that has shut down',
      status: of({ token: TOKEN, hold: held('closed') }),
      expected: ['idle', 'Shut down'],
    },
    {
      how: 'with a static token',
      status: of({ mode: 'static' }),
      expected: ['good', 'Static token'],
    },
    {
      how: 'with a static token that an API does not want',
      status: of({ mode: 'static' }, { wasUnauthorized: true }),
      expected: ['bad', 'Static token unauthorized'],
    },
    {
      how: 'without authentication',
      status: of({ mode: 'disabled' }),
      expected: ['idle', 'No authentication'],
    },
    {
      how: 'that a test replaced',
      status: of({ mode: 'custom' }),
      expected: ['idle', 'Tokens of your own'],
    },
    {
      how: 'whose tenants have not come yet',
      status: of({ mode: 'tenants', tenants: 0 }),
      expected: ['idle', '0 tenants in memory'],
    },
    {
      how: 'of a tenant',
      status: of({ mode: 'tenants', tenants: 1 }),
      expected: ['good', '1 tenant in memory'],
    },
    {
      how: 'of tenants that fail',
      status: of({ mode: 'tenants', tenants: 3 }, { failingTenants: 2 }),
      expected: ['warning', '2 tenants fail'],
    },
  ])('$how is said to be $expected.1', ({ status, expected }) => {
    expect([status.level, status.headline]).toEqual(expected);
  });

  it.each([
    ['refused', /^It is the credentials: /],
    ['throttled', /^It is the rate of requests: /],
    ['back-off', /^It is the token endpoint: /],
    ['budget', /^It is this app: /],
  ] as const)(
    'without a token is told whose fault it is: %s',
    (reason, blame) => {
      expect(of({ hold: held(reason) }).meaning).toMatch(blame);
    },
  );
});
