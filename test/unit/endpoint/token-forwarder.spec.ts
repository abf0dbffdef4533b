import { describe, expect, it } from 'vitest';

import type { ClientRequest } from '../../../lib/endpoint/client-request.js';
import { TokenForwarder } from '../../../lib/endpoint/token-forwarder.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import {
  DEFAULT_QUERY_NAMES,
  type TokenRequest,
} from '../../../lib/token/token-request.js';
import { heldAnswer } from '../../support/held-answer.js';
import { rejectionOf } from '../../support/rejection.js';
import { type Answer, granted, refused } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const CLIENT: ClientRequest = {
  clientId: 'client',
  clientSecret: 'canary',
  scope: undefined,
};

function tokenForwarder(...script: Answer[]) {
  const clock = new ManualTokenClock();
  const requests: TokenRequest[] = [];
  const forwarder = new TokenForwarder({
    endpoint: {
      url: 'https://id.example/connect/token',
      credentialsIn: 'form',
      queryNames: DEFAULT_QUERY_NAMES,
    },
    transport: async (request, signal) => {
      requests.push(request);
      const answer = script[requests.length - 1];
      return answer?.(request, signal) ?? granted(`token-${requests.length}`);
    },
    clock,
    timeoutMs: 4_000,
    allowedClientIds: undefined,
  });
  return { clock, requests, forwarder };
}

describe('TokenForwarder', () => {
  it('takes any failure of the transport for an unreachable server, and quotes none of it', async () => {
    const { forwarder } = tokenForwarder(() => {
      throw new TypeError('canary');
    });

    const error = await rejectionOf(forwarder.forward(CLIENT));

    expect(error).toMatchObject({
      status: 503,
      error: 'temporarily_unavailable',
      message: 'The identity server cannot be reached.',
      headers: { 'Retry-After': '1' },
    });
  });

  it('has those who send the same credentials wait for the first, and repeats a refusal to them', async () => {
    const held = heldAnswer();
    const { clock, requests, forwarder } = tokenForwarder(held.answer);
    const first = forwarder.forward(CLIENT);
    const others = Array.from({ length: 9 }, () => forwarder.forward(CLIENT));
    await clock.advance(0);
    expect(requests).toHaveLength(1);

    held.reply(refused());

    for (const answer of [await first, ...(await Promise.all(others))])
      expect(answer).toStrictEqual(refused());
    expect(requests).toHaveLength(1);
  });

  it('has each of them ask for a token of its own once the first is granted one', async () => {
    const held = heldAnswer();
    const { clock, requests, forwarder } = tokenForwarder(held.answer);
    const asked = Array.from({ length: 4 }, () => forwarder.forward(CLIENT));
    await clock.advance(0);

    held.reply(granted('token-1'));

    const bodies = (await Promise.all(asked)).map(({ body }) => body);
    expect(bodies).toStrictEqual(
      [1, 2, 3, 4].map((n) => granted(`token-${n}`).body),
    );
    expect(requests).toHaveLength(4);
  });

  it('has them share a failure of the first as well', async () => {
    const held = heldAnswer();
    const { clock, requests, forwarder } = tokenForwarder(held.answer);
    const asked = Array.from({ length: 4 }, () =>
      watch(forwarder.forward(CLIENT)),
    );

    await clock.advance(4_000);

    for (const one of asked)
      expect(one).toMatchObject({ state: 'rejected', reason: { status: 504 } });
    expect(requests).toHaveLength(1);
    expect(held.signal?.aborted).toBe(true);
    expect(await forwarder.forward(CLIENT)).toStrictEqual(granted('token-2'));
  });

  it('does not have others wait, nor a second secret of the same client', async () => {
    const held = heldAnswer();
    const { requests, forwarder } = tokenForwarder(held.answer);
    const first = watch(forwarder.forward(CLIENT));

    await forwarder.forward({ ...CLIENT, clientId: 'other' });
    await forwarder.forward({ ...CLIENT, clientSecret: 'other' });

    expect(first.state).toBe('pending');
    expect(requests).toHaveLength(3);
  });
});
