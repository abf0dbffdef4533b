import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import {
  type BearerRequest,
  exchangeWithToken,
} from '../../../lib/http/bearer-exchange.js';
import { completeSource } from '../../../lib/token/token-layer.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { DisabledTokenSource } from '../../../lib/token/static.token-source.js';
import type { TokenSource } from '../../../lib/token/token-source.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

function thrown(message: string): never {
  throw new Error(message);
}

const ORIGIN = 'https://api.aspose.cloud';

/** A request that is unauthorized with some tokens, and what became of it and its answers. */
function requestUnauthorizedWith(
  unauthorized: readonly string[],
  overrides: Partial<BearerRequest<string>> = {},
) {
  const done: string[] = [];
  const request: BearerRequest<string> = {
    origin: ORIGIN,
    aspose: {},
    body: { isReplayable: true, letGo: () => void done.push('let go') },
    async send(token) {
      const value = token?.value ?? 'no token';
      done.push(`send ${value}`);
      return unauthorized.includes(value)
        ? `401 to ${value}`
        : `200 to ${value}`;
    },
    isUnauthorized: (answer) => answer.startsWith('401'),
    setAside: (answer) => `kept ${answer}`,
    discard: (answer) => void done.push(`discard ${answer}`),
    ...overrides,
  };
  return { request, done };
}

describe('A request with a token', () => {
  it('is sent once when the token is not unauthorized', async () => {
    const tokens = new ScriptedTokens('A');
    const { request, done } = requestUnauthorizedWith([]);

    expect(await exchangeWithToken(tokens, request)).toBe('200 to A');
    expect(done).toStrictEqual(['send A']);
  });

  it('asks for a token that lasts, and can be called off', async () => {
    const tokens = new ScriptedTokens('A', 'B');
    const { signal } = new AbortController();
    const { request } = requestUnauthorizedWith(['A'], {
      aspose: { minValidityMs: 5_000 },
      signal,
    });

    await exchangeWithToken(tokens, request);

    expect(tokens.asked).toStrictEqual([
      { minValidityMs: 5_000, signal },
      {
        minValidityMs: 5_000,
        signal,
        unauthorized: {
          token: expect.objectContaining({ value: 'A' }),
          origin: ORIGIN,
        },
      },
    ]);
  });

  it('is sent again with another token, and its first answer is discarded', async () => {
    const tokens = new ScriptedTokens('A', 'B');
    const { request, done } = requestUnauthorizedWith(['A']);

    expect(await exchangeWithToken(tokens, request)).toBe('200 to B');
    expect(done).toStrictEqual(['send A', 'discard kept 401 to A', 'send B']);
  });

  it('is sent three times at most; the others still learn of the last 401', async () => {
    const tokens = new ScriptedTokens('A', 'B', 'C', 'D');
    const { request, done } = requestUnauthorizedWith(['A', 'B', 'C', 'D']);

    expect(await exchangeWithToken(tokens, request)).toBe('401 to C');
    expect(done.filter((what) => what.startsWith('send'))).toStrictEqual([
      'send A',
      'send B',
      'send C',
    ]);
    expect(tokens.asked.at(-1)?.unauthorized?.token.value).toBe('C');
  });

  it('is never sent twice with the same token, also when another came in between', async () => {
    const tokens = new ScriptedTokens('A', 'B', 'A');
    const { request, done } = requestUnauthorizedWith(['A', 'B']);

    expect(await exchangeWithToken(tokens, request)).toBe('kept 401 to B');
    expect(done.filter((what) => what.startsWith('send'))).toStrictEqual([
      'send A',
      'send B',
    ]);
  });

  it('gets the 401 itself when the same token is all there is', async () => {
    const tokens = new ScriptedTokens('A', 'A');
    const { request, done } = requestUnauthorizedWith(['A']);

    expect(await exchangeWithToken(tokens, request)).toBe('kept 401 to A');
    expect(done).toStrictEqual(['send A']);
  });

  it('gets the 401 itself when no other token is available', async () => {
    const tokens = new ScriptedTokens('A', new Error('endpoint down'));
    const { request, done } = requestUnauthorizedWith(['A']);

    expect(await exchangeWithToken(tokens, request)).toBe('kept 401 to A');
    expect(done).toStrictEqual(['send A']);
  });

  it.each([{}, { aspose: { retryUnauthorized: false } }])(
    'takes a token, or an error, that a completed stand-in has at once: %j',
    async (overrides) => {
      const values = ['A', 'B'];
      const standIn = {
        getToken: () => new AccessToken(values.shift() ?? thrown('over')),
      } as unknown as TokenSource;
      const tokens = completeSource(standIn, []);
      const { request, done } = requestUnauthorizedWith(['A', 'B'], overrides);

      expect(await exchangeWithToken(tokens, request)).toMatch(/401 to [AB]$/);
      expect(done.slice(0, 1)).toStrictEqual(['send A']);
      const error = await rejectionOf(exchangeWithToken(tokens, request));
      expect(error).toMatchObject({ message: 'over' });
      expect(done.at(-1)).toBe('let go');
    },
  );

  it('fails as it is called off while it waits for another token', async () => {
    const controller = new AbortController();
    const tokens = new ScriptedTokens('A', new Error('called off'));
    const { request, done } = requestUnauthorizedWith(['A'], {
      signal: controller.signal,
      setAside(answer) {
        controller.abort();
        return answer;
      },
    });

    const error = await rejectionOf(exchangeWithToken(tokens, request));

    expect(error).toMatchObject({ message: 'called off' });
    expect(done).toStrictEqual(['send A', 'discard 401 to A']);
  });

  const ONCE: Partial<BearerRequest<string>>[] = [
    { body: { isReplayable: false, letGo() {} } },
    { aspose: { retryUnauthorized: false } },
  ];

  it.each([
    ...ONCE.map((once) => [once, 'B'] as const),
    ...ONCE.map((once) => [once, new Error('endpoint down')] as const),
  ])(
    'that is not to be repeated gets the 401 at once; the others learn of it: %j, %s',
    async (once, next) => {
      const tokens = new ScriptedTokens('A', next);
      const { request, done } = requestUnauthorizedWith(['A'], once);

      expect(await exchangeWithToken(tokens, request)).toBe('401 to A');
      await turn();

      expect(done).toStrictEqual(['send A']);
      expect(tokens.asked.at(-1)?.unauthorized?.token.value).toBe('A');
    },
  );

  it('fails with the failure to get a token, unsent', async () => {
    const tokens = new ScriptedTokens(new Error('endpoint down'));
    const { request, done } = requestUnauthorizedWith([]);

    const error = await rejectionOf(exchangeWithToken(tokens, request));

    expect(error).toMatchObject({ message: 'endpoint down' });
    expect(done).toStrictEqual(['let go']);
  });

  it('waits for its token no longer than its body lasts', async () => {
    const tokens = new ScriptedTokens('A');
    const { signal: failure } = new AbortController();
    const { request } = requestUnauthorizedWith([], {
      body: { isReplayable: false, failure, letGo() {} },
    });

    await exchangeWithToken(tokens, request);

    expect(tokens.asked).toStrictEqual([
      { minValidityMs: undefined, signal: failure },
    ]);
  });

  it('is sent without one where none is wanted, and its 401 is final', async () => {
    const tokens = new DisabledTokenSource();
    const { request, done } = requestUnauthorizedWith(['no token']);

    expect(await exchangeWithToken(tokens, request)).toBe('401 to no token');
    expect(done).toStrictEqual(['send no token']);
  });
});
