import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { AsposeAuthError, AsposeAuthErrorCode } from '../../../lib/index.js';
import {
  type BearerRequest,
  exchangeWithToken,
} from '../../../lib/http/bearer-exchange.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

const ORIGIN = 'https://api.aspose.cloud';

/** A request that is refused with some tokens, and what became of it and its answers. */
function requestRefusedWith(
  refused: readonly string[],
  overrides: Partial<BearerRequest<string>> = {},
) {
  const done: string[] = [];
  const request: BearerRequest<string> = {
    origin: ORIGIN,
    canRepeat: true,
    async send(token) {
      const value = token?.value ?? 'no token';
      done.push(`send ${value}`);
      return refused.includes(value) ? `401 to ${value}` : `200 to ${value}`;
    },
    isUnauthorized: (answer) => answer.startsWith('401'),
    setAside: (answer) => `kept ${answer}`,
    discard: (answer) => void done.push(`discard ${answer}`),
    abandon: () => void done.push('abandon'),
    ...overrides,
  };
  return { request, done };
}

describe('A request with a token', () => {
  it('is sent once when the token is not refused', async () => {
    const tokens = new ScriptedTokens('A');
    const { request, done } = requestRefusedWith([]);

    expect(await exchangeWithToken(tokens, request)).toBe('200 to A');
    expect(done).toStrictEqual(['send A']);
  });

  it('asks for a token that lasts, and can be called off', async () => {
    const tokens = new ScriptedTokens('A', 'B');
    const { signal } = new AbortController();
    const { request } = requestRefusedWith(['A'], {
      minValidityMs: 5_000,
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
    const { request, done } = requestRefusedWith(['A']);

    expect(await exchangeWithToken(tokens, request)).toBe('200 to B');
    expect(done).toStrictEqual(['send A', 'discard kept 401 to A', 'send B']);
  });

  it('is sent three times at most; the others still learn of the last refusal', async () => {
    const tokens = new ScriptedTokens('A', 'B', 'C', 'D');
    const { request, done } = requestRefusedWith(['A', 'B', 'C', 'D']);

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
    const { request, done } = requestRefusedWith(['A', 'B']);

    expect(await exchangeWithToken(tokens, request)).toBe('kept 401 to B');
    expect(done.filter((what) => what.startsWith('send'))).toStrictEqual([
      'send A',
      'send B',
    ]);
  });

  it('gets the refusal itself when the same token is all there is', async () => {
    const tokens = new ScriptedTokens('A', 'A');
    const { request, done } = requestRefusedWith(['A']);

    expect(await exchangeWithToken(tokens, request)).toBe('kept 401 to A');
    expect(done).toStrictEqual(['send A']);
  });

  it('gets the refusal itself when no other token can be had', async () => {
    const tokens = new ScriptedTokens('A', new Error('endpoint down'));
    const { request, done } = requestRefusedWith(['A']);

    expect(await exchangeWithToken(tokens, request)).toBe('kept 401 to A');
    expect(done).toStrictEqual(['send A']);
  });

  it('fails as it is called off while it waits for another token', async () => {
    const controller = new AbortController();
    const tokens = new ScriptedTokens('A', new Error('called off'));
    const { request, done } = requestRefusedWith(['A'], {
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

  it.each(['B', new Error('endpoint down')])(
    'that cannot be repeated gets the refusal at once; the others learn of it (%s)',
    async (next) => {
      const tokens = new ScriptedTokens('A', next);
      const { request, done } = requestRefusedWith(['A'], { canRepeat: false });

      expect(await exchangeWithToken(tokens, request)).toBe('401 to A');
      await turn();

      expect(done).toStrictEqual(['send A']);
      expect(tokens.asked.at(-1)?.unauthorized?.token.value).toBe('A');
    },
  );

  it('fails with the failure to get a token, unsent', async () => {
    const tokens = new ScriptedTokens(new Error('endpoint down'));
    const { request, done } = requestRefusedWith([]);

    const error = await rejectionOf(exchangeWithToken(tokens, request));

    expect(error).toMatchObject({ message: 'endpoint down' });
    expect(done).toStrictEqual(['abandon']);
  });

  it('is sent without one where none is wanted, and its 401 is final', async () => {
    const tokens = new ScriptedTokens(
      new AsposeAuthError(AsposeAuthErrorCode.DISABLED, 'none'),
    );
    const { request, done } = requestRefusedWith(['no token']);

    expect(await exchangeWithToken(tokens, request)).toBe('401 to no token');
    expect(done).toStrictEqual(['send no token']);
  });
});
