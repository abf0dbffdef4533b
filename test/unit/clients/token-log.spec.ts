import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TokenLog } from '../../../lib/clients/token-log.js';
import { AsposeAuthErrorCode, type TokenEvent } from '../../../lib/index.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { RecordingLogger } from '../../support/recording-logger.js';

const { TOKEN_ENDPOINT_FAILED, CREDENTIALS_REFUSED } = AsposeAuthErrorCode;

const { endpoint } = resolveOptions({ auth: 'none' });

const fetched = {
  type: 'fetched',
  token: '1a2b3c4d',
  lifetimeMs: 86_400_000,
  durationMs: 10,
  attempts: 1,
} as const satisfies TokenEvent;

const failed = {
  type: 'refresh-failed',
  code: TOKEN_ENDPOINT_FAILED,
  status: 502,
  message: 'The token endpoint failed.',
  durationMs: 10,
  attempts: 3,
  runwayMs: 0,
  hold: 'back-off',
  retryAfterMs: 500,
} as const satisfies TokenEvent;

const unauthorized = {
  type: 'unauthorized',
  token: '1a2b3c4d',
  origin: 'https://api.aspose.cloud',
  verdict: 'renew',
  why: 'it is the current token',
} as const satisfies TokenEvent;

describe('TokenLog', () => {
  let recorded: RecordingLogger;

  beforeEach(() => {
    recorded = new RecordingLogger();
    Logger.overrideLogger(recorded);
  });
  afterEach(() => Logger.overrideLogger(false));

  /** The lines that events lead to. */
  const linesFor = (...events: TokenEvent[]): string[] => {
    const log = new TokenLog('default');
    for (const event of events)
      log.write({ ...event, at: 0, client: 'default' });
    return recorded.own;
  };

  it.each([
    ['default', 'AsposeAuth'],
    ['reports', 'AsposeAuth:reports'],
  ])(
    'names its client, unless it is the default one: %s',
    (client, context) => {
      const log = new TokenLog(client);

      log.write({ ...fetched, at: 0, client });
      log.warnOf({ ...endpoint, credentialsIn: 'query' });

      expect(recorded.lines).toMatchObject([
        { level: 'debug', context },
        { level: 'warn', context },
      ]);
    },
  );

  it.each([
    [
      'query',
      [
        "warn: credentialsIn: 'query' puts the client secret into URLs, which end up in access logs.",
      ],
    ],
    ['form', []],
  ] as const)(
    'warns of a secret that travels in URLs, and of no other: %s',
    (credentialsIn, lines) => {
      new TokenLog('default').warnOf({
        ...endpoint,
        credentialsIn,
      });

      expect(recorded.own).toStrictEqual(lines);
    },
  );

  it.each<[TokenEvent, string]>([
    [fetched, 'debug: Token 1a2b3c4d is valid for 86400 s.'],
    [
      { ...fetched, type: 'refreshed', lifetimeMs: 2_540, replacedWithMs: 5 },
      'debug: Token 1a2b3c4d is valid for 2.5 s.',
    ],
    [failed, 'error: The token endpoint failed.'],
    [
      { ...failed, runwayMs: 149_000 },
      'warn: The token endpoint failed. The current token stays in use for another 149 s.',
    ],
    [
      { type: 'refresh-deferred', runwayMs: 500, retryAfterMs: 1_000 },
      'debug: The token endpoint still hands out the current token, in its last second: another is asked for when it has ended.',
    ],
    [
      {
        type: 'renewal-held',
        origin: 'https://api.aspose.cloud',
        holdMs: 30_000,
      },
      'warn: https://api.aspose.cloud answers 401 to tokens that were renewed just now: its 401s are passed on for 30 s.',
    ],
    [
      {
        type: 'renewal-impossible',
        token: '1a2b3c4d',
        origin: 'https://api.aspose.cloud',
      },
      'warn: https://api.aspose.cloud answers 401 to the token 1a2b3c4d, which is static and cannot be renewed: set accessToken to one that it accepts.',
    ],
    [
      { type: 'renewal-impossible', token: '1a2b3c4d', origin: '' },
      'warn: An API answers 401 to the token 1a2b3c4d, which is static and cannot be renewed: set accessToken to one that it accepts.',
    ],
    [
      { type: 'lifetime-assumed', from: 'jwt', lifetimeMs: 1_000 },
      "warn: The token endpoint does not say how long tokens live; using the token's own claims.",
    ],
    [
      { type: 'lifetime-assumed', from: 'default', lifetimeMs: 300_000 },
      'warn: The token endpoint does not say how long tokens live; assuming 300 s.',
    ],
    [
      { type: 'minimum-cut', askedMs: 900_000, effectiveMs: 500_000 },
      'warn: A caller asked for a token that is valid for 900 s; half a lifetime is the most it can get: 500 s.',
    ],
    [
      { type: 'credentials-changed', clientIdChanged: false },
      'log: Using new credentials.',
    ],
    [
      unauthorized,
      'warn: https://api.aspose.cloud answered 401 to the token 1a2b3c4d: fetching another.',
    ],
    [
      {
        type: 'attempt-failed',
        code: TOKEN_ENDPOINT_FAILED,
        status: 502,
        attempt: 1,
        nextInMs: 750,
      },
      'debug: Attempt 1 failed (ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED); the next follows in 0.8 s.',
    ],
    [{ type: 'reset' }, 'debug: reset'],
    [{ type: 'closed' }, 'debug: closed'],
  ])('writes a line for an event (%#)', (event, line) => {
    expect(linesFor(event)).toStrictEqual([line]);
  });

  it.each(['use-current', 'pass-through'] as const)(
    'writes nothing of a 401 that changes nothing: %s',
    (verdict) => {
      expect(linesFor({ ...unauthorized, verdict })).toStrictEqual([]);
    },
  );

  it.each<TokenEvent>([
    { ...unauthorized, origin: '' },
    { type: 'renewal-held', origin: '', holdMs: 30_000 },
  ])('writes a whole sentence of an API that nobody named (%#)', (event) => {
    const [line] = linesFor(event);

    expect(line).toMatch(/^warn: An API answer/);
  });

  it('writes one line for failures that are the same', () => {
    const lines = linesFor(failed, { ...failed, attempts: 1 }, failed);

    expect(lines).toStrictEqual(['error: The token endpoint failed.']);
  });

  it('writes another line when the failure is another', () => {
    const lines = linesFor(failed, {
      ...failed,
      code: CREDENTIALS_REFUSED,
      message: 'The token endpoint refused the credentials.',
    });

    expect(lines).toHaveLength(2);
  });

  it('writes another line when the current token has expired', () => {
    const lines = linesFor({ ...failed, runwayMs: 10_000 }, failed);

    expect(lines).toStrictEqual([
      'warn: The token endpoint failed. The current token stays in use for another 10 s.',
      'error: The token endpoint failed.',
    ]);
  });

  it('says that it has recovered, once, and then starts again', () => {
    const lines = linesFor(failed, fetched, fetched, failed);

    expect(lines).toStrictEqual([
      'error: The token endpoint failed.',
      'log: Recovered. Token 1a2b3c4d is valid for 86400 s.',
      'debug: Token 1a2b3c4d is valid for 86400 s.',
      'error: The token endpoint failed.',
    ]);
  });

  it('writes of a failure that is not of this package', () => {
    const lines = linesFor({ ...failed, code: undefined, message: 'no disk' });

    expect(lines).toStrictEqual(['error: no disk']);
  });
});
