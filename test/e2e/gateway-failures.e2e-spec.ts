import { once } from 'node:events';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { json } from 'node:stream/consumers';

import type { CanActivate } from '@nestjs/common';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { GatewayErrorCode } from '../../lib/gateway/index.js';
import { AccessToken, AsposeTokenService } from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { callOf, endOf, startGateway } from '../support/gateway-app.js';
import { platforms } from '../support/platforms.js';
import { scaled } from '../support/scale.js';

const CALLS = 500;
const ABORTS = scaled(200, 1_000);
const KIB = 1024;
const IDLE_MS = 200;

class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

describe.each(platforms)('a gateway on $platform', (platform) => {
  describe('whose token is revoked', () => {
    it(`renews it once for ${CALLS} small calls, and none of them fails`, async () => {
      const { cloud, url } = await startGateway(platform, {
        maxConcurrent: CALLS,
      });
      cloud.route('PUT', '/v4.0/cells', async (request, response) => {
        response.end(JSON.stringify(await json(request)));
      });
      const put = (body: string) =>
        fetch(`${url}/v4.0/cells`, { method: 'PUT', body });
      await put('{}');
      cloud.revokeAll();
      cloud.resetCounters();

      const answers = await Promise.all(
        Array.from({ length: CALLS }, async (_, index) => {
          const answer = await put(JSON.stringify({ index }));
          return [answer.status, await answer.json()] as const;
        }),
      );

      expect(answers).toEqual(
        Array.from({ length: CALLS }, (_, index) => [200, { index }]),
      );
      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it('says so once for a stream, and has another token for the next call', async () => {
      const { cloud, url, events } = await startGateway(platform);
      const upload = () =>
        fetch(`${url}/v4.0/cells`, {
          method: 'PUT',
          body: new Blob(['x'.repeat(100 * KIB)]).stream(),
          duplex: 'half',
        });
      cloud.route('PUT', '/v4.0/cells', (request, response) => {
        request.resume().once('end', () => response.end('stored'));
      });
      await (await upload()).text();
      cloud.revokeAll();

      const refused = await upload();

      expect(refused.status).toBe(502);
      expect(await refused.json()).toMatchObject({
        code: GatewayErrorCode.UNAUTHORIZED,
      });
      expect(events).toMatchObject([
        { type: 'failed', code: GatewayErrorCode.UNAUTHORIZED, status: 502 },
      ]);
      const next = await upload();
      expect([next.status, await next.text()]).toEqual([200, 'stored']);
    });
  });

  describe('that gets no token', () => {
    it.each([
      ['the token endpoint is down', { kind: 'html' }, 503],
      ['the credentials are refused', { kind: 'refuse' }, 502],
    ] as const)(
      'answers without a word of Aspose when %s',
      async (_, fault, status) => {
        const { cloud, url, events } = await startGateway(platform);
        cloud.failNext(fault, { times: Infinity });

        const answer = await fetch(`${url}/v4.0/cells`);

        expect(answer.status).toBe(status);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        const body = await answer.text();
        expect(JSON.parse(body)).toMatchObject({
          code: GatewayErrorCode.NO_TOKEN,
        });
        expect(body).not.toMatch(/client|secret|invalid|html/i);
        expect(events).toMatchObject([
          { type: 'failed', code: GatewayErrorCode.NO_TOKEN, status },
        ]);
        expect(cloud.apiCalls).toEqual([]);
      },
    );
  });

  it('sends nothing where its tokens may not be sent', async () => {
    const { cloud, url } = await startGateway(platform, {}, (app) =>
      app.overriding(AsposeTokenService, {
        getToken: () => Promise.resolve(new AccessToken('elsewhere')),
        allowedOrigins: ['https://elsewhere.example'],
      }),
    );

    const answer = await fetch(`${url}/v4.0/cells`);

    expect(answer.status).toBe(500);
    expect(cloud.apiCalls).toEqual([]);
  });

  describe('whose caller goes away', () => {
    it('ends the call to Aspose while it uploads', async () => {
      const { cloud, url, events, connections } = await startGateway(platform);
      const uploads: Promise<unknown>[] = [];
      cloud.route('PUT', '/v4.0/cells', (request) => {
        uploads.push(endOf(request));
        return new Promise(() => {});
      });

      for (let index = 0; index < ABORTS; index += 1) {
        const { call } = callOf(`${url}/v4.0/cells`, {
          headers: { 'content-length': String(200 * KIB) },
        });
        call.write('x'.repeat(KIB));
        await vi.waitUntil(() => uploads.length === index + 1, { interval: 1 });
        call.destroy();
      }

      const ends = await Promise.all(uploads);
      expect(ends).toHaveLength(ABORTS);
      expect(new Set(ends.map(codeOfEnd))).toEqual(new Set(['ECONNRESET']));
      await eventually(async () => expect(await connections()).toBe(0));
      expect(events).toEqual([]);
    });

    it('ends the call to Aspose while it downloads', async () => {
      const { cloud, url, events } = await startGateway(platform);
      let closed: Promise<unknown> | undefined;
      cloud.route('GET', '/v4.0/large', (_, response) => {
        closed = once(response, 'close');
        const more = () => {
          while (response.write('x'.repeat(64 * KIB)));
        };
        response.on('drain', more);
        more();
        return new Promise(() => {});
      });

      const { call, answer } = callOf(`${url}/v4.0/large`, { method: 'GET' });
      call.end();
      await once(await answer, 'data');
      call.destroy();

      await closed;
      expect(events).toEqual([]);
    });

    it('asks Aspose nothing that it waits for a token for', async () => {
      const { cloud, url } = await startGateway(platform);
      cloud.failNext({ kind: 'slow-headers', delayMs: 300 });
      const { call } = callOf(`${url}/v4.0/cells`, { method: 'GET' });
      call.end();
      await eventually(() => expect(cloud.counters.tokenRequests).toBe(1));
      call.destroy();

      const answer = await fetch(`${url}/v4.0/cells`);

      expect(answer.status).toBe(200);
      expect(cloud.apiCalls).toHaveLength(1);
    });
  });

  describe('whose upstream breaks', () => {
    it.each([
      ['with a length', { 'content-length': '100000' }],
      ['in chunks', {}],
    ])('breaks an answer %s off, too', async (_, headers) => {
      const { cloud, url, events } = await startGateway(platform);
      let upstream: { emit(name: string): unknown } | undefined;
      cloud.route('GET', '/v4.0/cells', (request, response) => {
        response.writeHead(200, headers);
        response.write('x'.repeat(KIB));
        upstream = response.once('goOn', () => request.socket.destroy());
        return new Promise(() => {});
      });

      const { call, answer } = callOf(`${url}/v4.0/cells`, { method: 'GET' });
      call.end();
      const body = await answer;
      await once(body, 'readable');
      upstream?.emit('goOn');

      expect(await endOf(body)).toMatchObject({ code: 'ECONNRESET' });
      await eventually(() =>
        expect(events).toMatchObject([
          { type: 'failed', code: GatewayErrorCode.BROKEN_OFF },
        ]),
      );
    });

    it('answers 502 when there was no head', async () => {
      const { cloud, url, events } = await startGateway(platform);
      cloud.failNext({ kind: 'reset' }, { path: 'api', times: 2 });

      const answer = await fetch(`${url}/v4.0/cells`);

      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({
        code: GatewayErrorCode.UNREACHABLE,
      });
      expect(events).toMatchObject([{ reason: 'ECONNRESET', status: 502 }]);
    });

    it('calls again where a kept connection was closed meanwhile', async () => {
      const { cloud, url } = await startGateway(platform);
      await (await fetch(`${url}/v4.0/cells`)).text();
      cloud.failNext({ kind: 'reset' }, { path: 'api' });

      const answer = await fetch(`${url}/v4.0/cells`);

      expect(answer.status).toBe(200);
    });
  });

  describe('where nothing moves', () => {
    it('answers 504 when Aspose does not answer', async () => {
      const { cloud, url, events } = await startGateway(platform, {
        idleTimeoutMs: IDLE_MS,
      });
      cloud.failNext({ kind: 'hang' }, { path: 'api' });

      const answer = await fetch(`${url}/v4.0/cells`);

      expect(answer.status).toBe(504);
      expect(await answer.json()).toMatchObject({
        code: GatewayErrorCode.TIMEOUT,
      });
      expect(events).toMatchObject([{ type: 'failed', status: 504 }]);
    });

    it.each([
      ['small', 10 * KIB],
      ['large', 200 * KIB],
    ])(
      'answers 408 when the caller does not send all of a %s body',
      async (_, bytes) => {
        const { cloud, url, events } = await startGateway(platform, {
          idleTimeoutMs: IDLE_MS,
        });
        cloud.route('PUT', '/v4.0/cells', (request, response) => {
          request
            .on('error', () => {})
            .resume()
            .once('end', () => response.end());
        });

        const { call, answer } = callOf(`${url}/v4.0/cells`, {
          headers: { 'content-length': String(bytes) },
        });
        call.write('x');
        const response = await answer;

        expect(response.statusCode).toBe(408);
        expect(await json(response)).toMatchObject({
          code: GatewayErrorCode.SLOW,
        });
        expect(events).toMatchObject([{ type: 'refused', status: 408 }]);
      },
    );

    it('breaks off an answer that stops', async () => {
      const { cloud, url } = await startGateway(platform, {
        idleTimeoutMs: IDLE_MS,
      });
      cloud.route('GET', '/v4.0/cells', (_, response) => {
        response.write('x');
        return new Promise(() => {});
      });

      const { call, answer } = callOf(`${url}/v4.0/cells`, { method: 'GET' });
      call.end();

      expect(await endOf(await answer)).toMatchObject({ code: 'ECONNRESET' });
    });
  });

  describe('that has limits', () => {
    it('answers 413 at once to a body that says that it is too long', async () => {
      const { cloud, url, events } = await startGateway(platform, {
        maxBodyBytes: KIB,
      });

      const { call, answer } = callOf(`${url}/v4.0/cells`, {
        headers: { 'content-length': String(KIB + 1) },
      });
      call.write('x');
      const response = await answer;

      expect(response.statusCode).toBe(413);
      expect(await json(response)).toMatchObject({
        code: GatewayErrorCode.TOO_LARGE,
      });
      expect(events).toMatchObject([{ type: 'refused', status: 413 }]);
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it('breaks a call off whose body goes on for too long', async () => {
      const { cloud, url } = await startGateway(platform, {
        maxBodyBytes: 100 * KIB,
      });
      let received: Promise<unknown> | undefined;
      cloud.route('PUT', '/v4.0/cells', (request) => {
        received = endOf(request);
        return new Promise(() => {});
      });

      const { call, answer } = callOf(`${url}/v4.0/cells`);
      call.on('error', () => {});
      call.write('x'.repeat(100 * KIB));
      await eventually(() => expect(received).toBeDefined());
      call.write('x');
      const response = await answer;

      expect(response.statusCode).toBe(413);
      expect(await received).toMatchObject({ code: 'ECONNRESET' });
      call.destroy();
    });

    it('takes a body of just that length', async () => {
      const { cloud, url } = await startGateway(platform, {
        maxBodyBytes: 100 * KIB,
      });
      cloud.route('PUT', '/v4.0/cells', async (request, response) => {
        response.end(String(await endOf(request)));
      });

      const answer = await fetch(`${url}/v4.0/cells`, {
        method: 'PUT',
        body: new Blob(['x'.repeat(100 * KIB)]).stream(),
        duplex: 'half',
      });

      expect(await answer.text()).toBe(String(100 * KIB));
    });

    it('answers 503 to more calls at once than it may make', async () => {
      const { cloud, url, events } = await startGateway(platform, {
        maxConcurrent: 1,
      });
      cloud.failNext({ kind: 'hang' }, { path: 'api' });
      const { call } = callOf(`${url}/v4.0/cells`, { method: 'GET' });
      call.end();
      await eventually(() => expect(cloud.apiCalls).toHaveLength(1));

      const answer = await fetch(`${url}/v4.0/cells`);

      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(events).toMatchObject([{ code: GatewayErrorCode.BUSY }]);
      call.destroy();
      await eventually(async () =>
        expect((await fetch(`${url}/v4.0/cells`)).status).toBe(200),
      );
    });
  });

  describe('that answers before it has the whole body', () => {
    it('passes an early answer of Aspose on, and closes the connection', async () => {
      const { cloud, url } = await startGateway(platform);
      cloud.route('PUT', '/v4.0/cells', (_, response) => {
        response.writeHead(413).end('too much');
      });

      const { call, answer } = callOf(`${url}/v4.0/cells`, {
        headers: { 'content-length': String(10 * KIB * KIB) },
      });
      call.write('x');
      const response = await answer;

      expect(response.statusCode).toBe(413);
      expect(response.headers.connection).toBe('close');
      expect(await endOf(response)).toBe('too much'.length);
      await once(call, 'close');
    });

    it('closes the connection of an upload that a guard turns away', async () => {
      const { cloud, url } = await startGateway(platform, {
        guards: [ClosedGuard],
      });
      const agent = new Agent({ keepAlive: true });
      onTestFinished(() => agent.destroy());

      const { call, answer } = callOf(`${url}/v4.0/cells`, {
        agent,
        headers: { 'content-length': String(10 * KIB * KIB) },
      });
      call.on('error', () => {}).write('x');
      const response = await answer;

      expect(response.statusCode).toBe(403);
      expect(await endOf(response)).toBeTypeOf('number');
      await once(call, 'close');
      expect(cloud.counters.tokenRequests).toBe(0);
    });
  });

  it('keeps a connection to Aspose for the next call, and none once the app is closed', async () => {
    const { cloud, url, close } = await startGateway(platform);
    const sockets = new Set<Socket>();
    cloud.route('GET', '/v4.0/cells', ({ socket }, response) => {
      sockets.add(socket);
      response.end();
    });
    for (let index = 0; index < 10; index += 1)
      await (await fetch(`${url}/v4.0/cells`)).text();
    expect(sockets.size).toBe(1);

    const closed = Promise.all([...sockets].map((one) => once(one, 'close')));
    await close();

    await closed;
  });
});

function codeOfEnd(end: unknown): unknown {
  return (end as NodeJS.ErrnoException).code;
}
