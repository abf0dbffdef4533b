import { once } from 'node:events';
import { connect } from 'node:net';

import { describe, expect, it, vi } from 'vitest';

import {
  SlidesBroker,
  type SlidesClient,
} from '../../../../lib/sdk/slides/slides-broker.js';
import { AccessToken } from '../../../../lib/token/access-token.js';
import { StaticTokenSource } from '../../../../lib/token/static.token-source.js';
import { rejectionOf } from '../../../support/rejection.js';
import { refused, tokenTower } from '../../../support/token-tower.js';

const ORIGIN = 'https://api.aspose.cloud';
const goOn = () => 'go on' as const;

async function start() {
  const tower = tokenTower();
  const token = await tower.tokens.getToken();
  const broker = new SlidesBroker();
  const onUnauthorized = vi.fn<() => 'go on' | 'give up'>(() => 'go on');
  const client = await broker.admit(
    tower.tokens,
    token,
    ORIGIN,
    onUnauthorized,
  );
  return { tower, token, broker, client, onUnauthorized };
}

/** Asks for a token as Slides does. */
async function ask(client: SlidesClient, init: RequestInit = {}) {
  return fetch(`${client.authBaseUrl}/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.appSid,
      client_secret: client.appKey,
    }),
    ...init,
  });
}

describe('The broker of Slides', () => {
  it('answers a call whose token is unauthorized with another one', async () => {
    const { tower, broker, client, onUnauthorized } = await start();

    const response = await ask(client);

    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(await response.json()).toStrictEqual({
      access_token: 'token-2',
      expires_in: expect.any(Number),
      token_type: 'Bearer',
    });
    expect(tower.requests).toHaveLength(2);
    expect(onUnauthorized).toHaveBeenCalledOnce();
    expect(broker.timesUnauthorized(client)).toBe(1);
    broker.dismiss(client);
  });

  it('answers with the unauthorized token where there is no other: Slides must get one', async () => {
    const { tower, broker, client } = await start();
    tower.answer = refused;

    const answers = [await ask(client), await ask(client)];

    for (const answer of answers)
      expect(await answer.json()).toMatchObject({ access_token: 'token-1' });
    expect(broker.timesUnauthorized(client)).toBe(2);
    broker.dismiss(client);
  });

  it('asks once for calls that got a 401 together', async () => {
    const { tower, token, broker, client } = await start();
    const others = await Promise.all(
      Array.from({ length: 10 }, async () =>
        broker.admit(tower.tokens, token, ORIGIN, goOn),
      ),
    );

    const answers = await Promise.all(
      [client, ...others].map(async (each) => (await ask(each)).json()),
    );

    expect(answers).toHaveLength(11);
    for (const answer of answers)
      expect(answer).toMatchObject({ access_token: 'token-2' });
    expect(tower.requests).toHaveLength(2);
    for (const each of [client, ...others]) broker.dismiss(each);
  });

  it('gives a static token the longest life that there is', async () => {
    const token = new AccessToken('the-only-one');
    const broker = new SlidesBroker();
    const client = await broker.admit(
      new StaticTokenSource(token),
      token,
      ORIGIN,
      goOn,
    );

    expect(await (await ask(client)).json()).toMatchObject({
      access_token: 'the-only-one',
      expires_in: 86_400,
    });
    broker.dismiss(client);
  });

  it.each<[string, (client: SlidesClient) => RequestInit]>([
    ['no form', () => ({ body: '' })],
    ['no body', () => ({ method: 'GET', body: null })],
    ['a wrong key', (client) => form({ ...client, appKey: 'guessed' })],
    [
      'a wrong key of the right length',
      (client) => form({ ...client, appKey: '0'.repeat(client.appKey.length) }),
    ],
    ['a wrong id', (client) => form({ ...client, appSid: 'guessed' })],
    [
      'the key alone',
      ({ appKey }) => ({
        body: new URLSearchParams({ client_secret: appKey }),
      }),
    ],
    [
      'a form that is too long',
      (client) => form({ ...client, padding: 'x'.repeat(4096) }),
    ],
    [
      'a form of unknown length',
      ({ appSid, appKey }) => ({
        body: ReadableStream.from([
          Buffer.from(`client_id=${appSid}&client_secret=${appKey}`),
        ]),
        duplex: 'half',
      }),
    ],
  ])('gives a stranger with %s 403 and nothing else', async (_, init) => {
    const { tower, broker, client, onUnauthorized } = await start();

    const response = await ask(client, init(client));

    expect(response.status).toBe(403);
    expect(await response.text()).toBe('');
    expect(tower.requests).toHaveLength(1);
    expect(onUnauthorized).not.toHaveBeenCalled();
    broker.dismiss(client);
  });

  it('is not disturbed by one who breaks off', async () => {
    const { broker, client } = await start();
    const socket = connect(
      Number(new URL(client.authBaseUrl).port),
      '127.0.0.1',
    );
    socket.write(
      'POST /connect/token HTTP/1.1\r\nContent-Length: 99\r\n\r\nclient',
    );
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await once(socket, 'close');

    expect((await ask(client)).status).toBe(200);
    broker.dismiss(client);
  });

  it('listens until its last call is dismissed, and again for the next one', async () => {
    const { tower, token, broker, client } = await start();
    const second = await broker.admit(tower.tokens, token, ORIGIN, goOn);
    expect(second.authBaseUrl).toBe(client.authBaseUrl);
    expect(second.appSid).not.toBe(client.appSid);

    broker.dismiss(client);
    expect((await ask(client)).status).toBe(403);
    expect((await ask(second)).status).toBe(200);
    broker.dismiss(second);

    expect(await rejectionOf(ask(second))).toMatchObject({
      cause: {
        code: expect.stringMatching(
          /^(ECONNREFUSED|UND_ERR_SOCKET|ECONNRESET)$/,
        ),
      },
    });
    const third = await broker.admit(tower.tokens, token, ORIGIN, goOn);
    expect((await ask(third)).status).toBe(200);
    expect(broker.timesUnauthorized(client)).toBe(0);
    broker.dismiss(third);
  });

  it('answers a call that is given up, and dismisses it', async () => {
    const { broker, client, onUnauthorized } = await start();
    onUnauthorized.mockReturnValue('give up');

    const answer = await ask(client);

    expect(await answer.json()).toMatchObject({ access_token: 'token-2' });
    await vi.waitFor(async () => {
      expect(await rejectionOf(ask(client))).toBeInstanceOf(TypeError);
    });
    expect(broker.timesUnauthorized(client)).toBe(0);
  });

  it('is reached on this machine alone', async () => {
    const { broker, client } = await start();
    const { port } = new URL(client.authBaseUrl);

    for (const host of ['[::1]', '127.0.0.2'])
      expect(
        await rejectionOf(
          ask({ ...client, authBaseUrl: `http://${host}:${port}` }),
        ),
      ).toBeInstanceOf(TypeError);
    broker.dismiss(client);
  });

  it('fails a call for which it cannot listen, and tries again for the next one', async () => {
    const { tower, token, broker, client } = await start();
    broker.dismiss(client);
    const failure = Object.assign(new Error('listen EMFILE'), {
      code: 'EMFILE',
    });
    const { Server } = await import('node:net');
    vi.spyOn(Server.prototype, 'listen').mockImplementationOnce(function (
      this: InstanceType<typeof Server>,
    ) {
      queueMicrotask(() => this.emit('error', failure));
      return this;
    });

    const outcomes = await Promise.allSettled([
      broker.admit(tower.tokens, token, ORIGIN, goOn),
      broker.admit(tower.tokens, token, ORIGIN, goOn),
    ]);
    const next = await broker.admit(tower.tokens, token, ORIGIN, goOn);

    expect(outcomes).toStrictEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ]);
    expect((await ask(next)).status).toBe(200);
    broker.dismiss(next);
  });
});

function form({
  appSid,
  appKey,
  ...more
}: SlidesClient & { padding?: string }): RequestInit {
  const { padding = '' } = more;
  return {
    body: new URLSearchParams({
      client_id: appSid,
      client_secret: appKey,
      padding,
    }),
  };
}
