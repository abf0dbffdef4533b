import { getEventListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenRequestError,
} from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { exchangeInTime } from '../../../lib/client-credentials/token-transport.js';
import { heldAnswer } from '../../support/held-answer.js';
import { granted } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const REQUEST = {
  url: 'https://user:canary@id.example/connect/token?secret=canary',
  headers: {},
  body: 'client_secret=canary',
};

function exchanging() {
  const clock = new ManualTokenClock();
  const held = heldAnswer();
  const call = watch(
    exchangeInTime(
      async (request, stop) => held.answer(request, stop),
      REQUEST,
      clock,
      4_000,
    ),
  );
  return { clock, held, call };
}

describe('exchangeInTime', () => {
  it('gives what is answered in time', async () => {
    const { clock, held, call } = exchanging();
    await clock.advance(3_999);
    const answer = granted('abc');
    held.reply(answer);
    await clock.advance(0);
    expect(call.value).toBe(answer);
    expect(held.signal?.aborted).toBe(false);
    expect(clock.scheduled.all).toBe(0);
  });

  it('ends the request at its limit, and says so without any part of it', async () => {
    const { clock, held, call } = exchanging();
    await clock.advance(4_000);
    expect(call.reason).toBeInstanceOf(TokenRequestError);
    expect(call.reason).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT,
      failure: 'transient',
      message:
        'The token endpoint https://id.example/connect/token did not answer within 4000 ms.',
    });
    expect(held.signal?.reason).toBe(call.reason);
    expect(clock.scheduled.all).toBe(0);
  });

  it('takes what the transport makes of an answer that never ends', async () => {
    const clock = new ManualTokenClock();
    const refusal = { status: 400, headers: {}, body: '' };
    const call = watch(
      exchangeInTime(
        (_, stop) =>
          new Promise((resolve) => {
            stop.addEventListener('abort', () => resolve(refusal));
          }),
        REQUEST,
        clock,
        4_000,
      ),
    );

    await clock.advance(4_000);

    expect(call.value).toBe(refusal);
  });

  it('keeps the process alive where nobody else does', () => {
    expect(exchanging().clock.scheduled).toEqual({ all: 1, ref: 1 });
  });

  it('leaves no listener on the signal that ends the request', async () => {
    const { clock, held } = exchanging();
    held.reply(granted('abc'));
    await clock.advance(0);
    const { signal } = held;
    expect(signal && getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
  ])('leaves no timer when the transport %s', async (_, transport) => {
    const clock = new ManualTokenClock();
    const call = exchangeInTime(transport, REQUEST, clock, 4_000);
    await expect(call).rejects.toThrow('broken');
    expect(clock.scheduled.all).toBe(0);
  });
});
