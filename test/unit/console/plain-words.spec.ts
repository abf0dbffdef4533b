import { describe, expect, it } from 'vitest';

import { duration, inPlainWords } from '../../../lib/console/plain-words.js';
import { AsposeAuthErrorCode, type TokenEvent } from '../../../lib/index.js';

const inWords = (event: TokenEvent) =>
  inPlainWords({ at: 0, client: 'default', ...event });

const FETCHED = {
  type: 'fetched',
  token: '1a2b3c4d',
  lifetimeMs: 86_400_000,
  durationMs: 412,
  attempts: 1,
} as const;

const FAILED = {
  type: 'refresh-failed',
  code: AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
  status: 502,
  message: 'The token endpoint answered 502.',
  durationMs: 30,
  attempts: 1,
  hold: 'back-off',
  runwayMs: 0,
  retryAfterMs: undefined,
} as const;

const UNAUTHORIZED = {
  type: 'unauthorized',
  token: '1a2b3c4d',
  origin: 'https://api.example',
  verdict: 'renew',
  why: 'it is the current token',
} as const;

describe('in plain words', () => {
  it.each<[TokenEvent, string, string]>([
    [
      FETCHED,
      'token',
      'Fetched token 1a2b3c4d with 1 request in 412 ms. It is valid for 24 h.',
    ],
    [
      { ...FETCHED, attempts: 3, durationMs: 4_120 },
      'token',
      'Fetched token 1a2b3c4d with 3 requests in 4.1 s. It is valid for 24 h.',
    ],
    [
      { ...FETCHED, attempts: 0 },
      'token',
      'Fetched token 1a2b3c4d that another process had fetched. It is valid for 24 h.',
    ],
    [
      { ...FETCHED, type: 'refreshed', replacedWithMs: 5_400_000 },
      'token',
      'Replaced the token by 1a2b3c4d with 1 request in 412 ms, 1 h 30 min before its end. The new one is valid for 24 h.',
    ],
    [
      {
        type: 'attempt-failed',
        code: AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
        status: 503,
        attempt: 1,
        nextInMs: 1_000,
      },
      'failure',
      'Attempt 1 failed, answered 503. The next follows in 1 s.',
    ],
    [FAILED, 'failure', 'The token endpoint answered 502.'],
    [
      { ...FAILED, runwayMs: 90_000, retryAfterMs: 1_500 },
      'failure',
      'The token endpoint answered 502. The current token serves for another 90 s. The next request follows after 1.5 s at the earliest.',
    ],
    [
      { type: 'refresh-deferred', runwayMs: 900, retryAfterMs: 900 },
      'note',
      'The token endpoint still hands out the current token, in its last second. Another is asked for when it has ended.',
    ],
    [
      UNAUTHORIZED,
      'unauthorized',
      'https://api.example answered 401 to token 1a2b3c4d: fetching another, since it is the current token.',
    ],
    [
      { ...UNAUTHORIZED, origin: '', verdict: 'pass-through' },
      'unauthorized',
      'An API answered 401 to token 1a2b3c4d: passing the 401 on, since it is the current token.',
    ],
    [
      { type: 'renewal-held', origin: 'https://api.example', holdMs: 30_000 },
      'hold',
      'https://api.example also answers 401 to renewed tokens. Its 401s are passed on for 30 s.',
    ],
    [
      { type: 'renewal-impossible', token: '1a2b3c4d', origin: '' },
      'unauthorized',
      'An API answered 401 to token 1a2b3c4d, which is static: nothing can renew it.',
    ],
    [
      { type: 'lifetime-assumed', lifetimeMs: 300_000, from: 'default' },
      'note',
      'The token endpoint does not say how long tokens live. Assuming: 5 min.',
    ],
    [
      { type: 'lifetime-assumed', lifetimeMs: 300_000, from: 'jwt' },
      'note',
      'The token endpoint does not say how long tokens live. Going by the token itself: 5 min.',
    ],
    [
      { type: 'minimum-cut', askedMs: 7_200_000, effectiveMs: 1_800_000 },
      'note',
      'A caller asked for a token that is valid for 2 h. It gets half a lifetime at most: 30 min.',
    ],
    [
      { type: 'credentials-changed', clientIdChanged: true },
      'note',
      'Using new credentials, of another client id. The old token was dropped.',
    ],
    [
      { type: 'credentials-changed', clientIdChanged: false },
      'note',
      'Using a new secret. The token stays.',
    ],
    [
      { type: 'credentials-kept', message: 'The vault is sealed.' },
      'trouble',
      'The vault is sealed. The current credentials are tried again.',
    ],
    [
      { type: 'store-passed-over', store: 'redis', message: 'it hangs' },
      'trouble',
      'The store redis is passed over, since it hangs. This process works alone until it answers.',
    ],
    [
      { type: 'store-recovered', store: 'redis' },
      'note',
      'The store redis answers again.',
    ],
    [
      { type: 'store-unreadable', part: 'token' },
      'trouble',
      'The token in the store cannot be decrypted, and counts as absent.',
    ],
    [
      { type: 'hold-learnt', reason: 'refused', remainingMs: 60_000 },
      'hold',
      'Another process found out that the credentials were refused. No token is requested for 60 s.',
    ],
    [{ type: 'reset' }, 'note', 'Reset: failures and holds are forgotten.'],
    [{ type: 'closed' }, 'note', 'Shut down: no token is fetched any more.'],
  ])('$type: %3$s', (event, kind, words) => {
    expect(inWords(event)).toEqual({ kind, words });
  });
});

it.each([
  [-5, '0 ms'],
  [12.4, '12 ms'],
  [1_000, '1 s'],
  [2_345, '2.3 s'],
  [59_600, '60 s'],
  [100_000, '2 min'],
  [3_600_000, '1 h'],
  [5_000_000, '1 h 23 min'],
])('%d ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
