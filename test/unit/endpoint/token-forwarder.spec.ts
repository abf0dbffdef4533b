import { describe, expect, it } from 'vitest';

import type { ClientRequest } from '../../../lib/endpoint/client-request.js';
import { TokenForwarder } from '../../../lib/endpoint/token-forwarder.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import type {
  TokenRequest,
  TokenResponse,
} from '../../../lib/client-credentials/token-transport.js';
import { heldAnswer } from '../../support/held-answer.js';
import { rejectionOf } from '../../support/rejection.js';
import {
  type Answer,
  granted,
  json,
  refused,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const CLIENT: ClientRequest = {
  clientId: 'client',
  clientSecret: 'canary',
  scope: undefined,
};

function tokenForwarder(...script: Answer[]) {
  const clock = new ManualTokenClock();
  const requests: TokenRequest[] = [];
  const forwarder = new TokenForwarder({}, clock, async (request, signal) => {
    requests.push(request);
    const answer = script[requests.length - 1];
    return answer?.(request, signal) ?? granted(`token-${requests.length}`);
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

  it('counts who is at the identity server, not who waits for the same pair', async () => {
    const held = heldAnswer();
    const { clock, requests, forwarder } = tokenForwarder(held.answer);
    const asked = Array.from({ length: 50 }, () => forwarder.forward(CLIENT));
    await clock.advance(0);

    const other = await forwarder.forward({ ...CLIENT, clientId: 'other' });
    held.reply(refused());

    expect(other.status).toBe(200);
    for (const answer of await Promise.all(asked))
      expect(answer).toStrictEqual(refused());
    expect(requests).toHaveLength(2);
  });

  it('has 50 ask with one pair at once, and turns the next away', async () => {
    const held = heldAnswer();
    const { clock, requests, forwarder } = tokenForwarder(held.answer);
    const asked = Array.from({ length: 50 }, () => forwarder.forward(CLIENT));

    const error = await rejectionOf(forwarder.forward(CLIENT));
    await clock.advance(0);
    held.reply(granted('token-1'));

    expect(error).toMatchObject({
      status: 503,
      error: 'temporarily_unavailable',
      headers: { 'Retry-After': '1' },
    });
    for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
    expect(requests).toHaveLength(50);
    expect((await forwarder.forward(CLIENT)).status).toBe(200);
  });

  it('has no more than 50 requests at the identity server, those that waited included', async () => {
    const first = heldAnswer();
    const others = Array.from({ length: 50 }, () => heldAnswer());
    const { clock, requests, forwarder } = tokenForwarder(
      first.answer,
      ...others.map(({ answer }) => answer),
    );
    const another = (clientId: string) =>
      forwarder.forward({ ...CLIENT, clientId });
    const asked = Array.from({ length: 50 }, () =>
      watch(forwarder.forward(CLIENT)),
    );
    const second = watch(another('second'));
    await clock.advance(0);
    first.reply(granted('token-1'));
    await clock.advance(0);
    expect(requests).toHaveLength(51);

    expect(await rejectionOf(another('third'))).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(51);
    for (const other of others) other.reply(granted('token-2'));
    await clock.advance(0);

    expect((await another('third')).status).toBe(200);
    for (const { state } of [...asked, second]) expect(state).toBe('fulfilled');
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

const refusedFor = (error: string): TokenResponse => json(400, { error });

const asking = (scope: string | undefined): ClientRequest => ({
  ...CLIENT,
  scope,
});

/** What was asked for on the wire. */
const scopesOf = (requests: readonly TokenRequest[]) =>
  requests.map(({ body }) => new URLSearchParams(body).get('scope'));

describe('An error about the request alone', () => {
  it.each(['invalid_scope', 'invalid_request', 'unsupported_grant_type'])(
    'is not remembered: %s',
    async (error) => {
      const wrong = refusedFor(error);
      const { requests, forwarder } = tokenForwarder(
        () => wrong,
        () => wrong,
      );

      for (const answer of [
        await forwarder.forward(asking('wrong')),
        await forwarder.forward(asking('wrong')),
      ])
        expect(answer).toStrictEqual(wrong);
      expect((await forwarder.forward(asking('right'))).status).toBe(200);
      expect(scopesOf(requests)).toStrictEqual(['wrong', 'wrong', 'right']);
    },
  );

  it.each([
    refusedFor('invalid_client'),
    json(429, { error: 'invalid_scope' }),
    json(503, { error: 'invalid_scope' }, { 'retry-after': '60' }),
    json(302, { title: 'invalid_scope' }),
  ])(
    'is not any other answer: that one holds the pair (%j)',
    async (answer) => {
      const { requests, forwarder } = tokenForwarder(() => answer);
      await forwarder.forward(asking('wrong'));

      const right = await forwarder.forward(asking('right'));

      expect(right.status).toBeGreaterThan(299);
      expect(right.headers['retry-after']).toBe('60');
      expect(requests).toHaveLength(1);
    },
  );

  it('is given to those who wait with the same scope, and to no others', async () => {
    const held = heldAnswer();
    const { clock, requests, forwarder } = tokenForwarder(held.answer);
    const scopes = ['wrong', 'wrong', 'right', undefined, 'right'];
    const asked = scopes.map((scope) => forwarder.forward(asking(scope)));
    await clock.advance(0);
    expect(requests).toHaveLength(1);

    held.reply(refusedFor('invalid_scope'));

    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toStrictEqual([
      400, 400, 200, 200, 200,
    ]);
    expect(scopesOf(requests).slice(0, 1)).toStrictEqual(['wrong']);
    expect(scopesOf(requests).slice(1)).not.toContain('wrong');
    expect(requests).toHaveLength(4);
  });

  it('does not let wrong credentials be tried once for each scope', async () => {
    const held = heldAnswer();
    const { clock, requests, forwarder } = tokenForwarder(held.answer);
    const asked = ['a', 'b', 'c'].map((scope) =>
      forwarder.forward(asking(scope)),
    );
    await clock.advance(0);

    held.reply(refused());

    for (const answer of await Promise.all(asked))
      expect(answer).toStrictEqual(refused());
    expect(requests).toHaveLength(1);
  });
});
