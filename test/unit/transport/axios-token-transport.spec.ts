import {
  Agent,
  globalAgent,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

import axios from 'axios';
import axiosLowest from 'axios-lowest';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/index.js';
import type { TokenRequest } from '../../../lib/client-credentials/token-transport.js';
import type { AxiosSettings } from '../../../lib/transport/axios-settings.js';
import { axiosTokenTransport } from '../../../lib/transport/axios-token-transport.js';
import { leaksIn } from '../../support/leaks.js';
import { startSite } from '../../support/loopback-site.js';
import { rejectionOf } from '../../support/rejection.js';

const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const KIB = 1024;

const requestTo = (url: string): TokenRequest => ({
  url: `${url}/connect/token?client_secret=${SECRET}`,
  headers: {
    Accept: 'application/json',
    'Content-Type': 'application/x-www-form-urlencoded',
  },
  body: `client_id=id&client_secret=${SECRET}`,
});

const never = () => new AbortController().signal;

/** Resolves when the connection of a request has ended, in whichever way. */
const closing = ({ socket }: IncomingMessage) =>
  new Promise((resolve) => socket.on('close', resolve));

describe('A token request', () => {
  it('is posted as it is', async () => {
    let body = '';
    const site = await startSite(async (request, response) => {
      body = await text(request);
      response.end('granted');
    });

    await axiosTokenTransport()(requestTo(site.url), never());

    const [request] = site.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: `/connect/token?client_secret=${SECRET}`,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(body).toBe(`client_id=id&client_secret=${SECRET}`);
  });

  it.each([200, 204, 400, 401, 429, 500, 503])(
    'is answered with what arrived, whatever the status: %i',
    async (status) => {
      const site = await startSite((_, response) => {
        response
          .writeHead(status, {
            'Retry-After': '7',
            'Set-Cookie': ['a=1', 'b=2'],
          })
          .end(status === 204 ? undefined : '{"error": "x" }');
      });

      const answer = await axiosTokenTransport()(requestTo(site.url), never());

      expect(answer).toMatchObject({
        status,
        headers: { 'retry-after': '7', 'set-cookie': 'a=1,b=2' },
        body: status === 204 ? '' : '{"error": "x" }',
      });
    },
  );

  it.each([301, 302, 303, 307, 308])(
    'follows no redirect: the %i itself is the answer',
    async (status) => {
      const elsewhere = await startSite();
      const site = await startSite((_, response) => {
        response.writeHead(status, { Location: elsewhere.url }).end();
      });

      const answer = await axiosTokenTransport({ maxRedirects: 5 })(
        requestTo(site.url),
        never(),
      );

      expect(answer.status).toBe(status);
      expect(answer.headers['location']).toBe(elsewhere.url);
      expect(elsewhere.requests).toStrictEqual([]);
    },
  );

  it.each<[string, AxiosSettings]>([
    ['fetch', { adapter: 'fetch' }],
    ['fetch of the lowest axios', { adapter: axiosLowest.getAdapter('fetch') }],
  ])('follows no redirect by %s either', async (_, settings) => {
    const elsewhere = await startSite();
    const site = await startSite((_request, response) => {
      response.writeHead(307, { Location: elsewhere.url }).end('moved');
    });

    const answer = await axiosTokenTransport(settings)(
      requestTo(site.url),
      never(),
    );

    expect(answer).toMatchObject({ status: 307, body: 'moved' });
    expect(elsewhere.requests).toStrictEqual([]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['is too long', (response) => response.end('x'.repeat(64 * KIB + 1))],
    [
      'breaks off',
      (response) =>
        response.write('half', () => response.socket?.resetAndDestroy()),
    ],
  ])(
    'that failed has failed so, also where its body %s',
    async (_, answering) => {
      const site = await startSite((_request, response) => {
        response.writeHead(429, { 'Retry-After': '600' });
        answering(response);
      });

      const answer = await axiosTokenTransport()(requestTo(site.url), never());

      expect(answer).toMatchObject({
        status: 429,
        headers: { 'retry-after': '600' },
        body: '',
      });
    },
  );

  it('takes an answer of 64 KiB', async () => {
    const site = await startSite((_, response) => {
      response.end('x'.repeat(64 * KIB));
    });

    const { body } = await axiosTokenTransport()(requestTo(site.url), never());

    expect(body).toHaveLength(64 * KIB);
  });

  it.each<[string, (request: IncomingMessage) => [object, Buffer | string]]>([
    ['one byte more', () => [{}, 'x'.repeat(64 * KIB + 1)]],
    [
      'more, once unpacked',
      () => [
        { 'Content-Encoding': 'gzip' },
        gzipSync(Buffer.alloc(10 * KIB * KIB)),
      ],
    ],
  ])('fails with an answer of %s, and reads no further', async (_, answer) => {
    const site = await startSite((request, response) => {
      const [headers, body] = answer(request);
      response.writeHead(200, { ...headers }).end(body);
    });

    const error = await rejectionOf(
      axiosTokenTransport({ maxContentLength: -1 })(
        requestTo(site.url),
        never(),
      ),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.RESPONSE_TOO_LARGE,
      failure: 'transient',
      message: `The token endpoint ${site.url}/connect/token answered with more than 64 KiB. Are tokenEndpoint and baseUrl right?`,
    });
    expect(leaksIn(error, { SECRET })).toStrictEqual([]);
  });

  it('ends its connection when it is called off, and fails as it was told', async () => {
    const controller = new AbortController();
    const reason = new Error('took too long');
    let closed: Promise<unknown> = Promise.resolve();
    const site = await startSite((request) => {
      closed = closing(request);
      controller.abort(reason);
    });

    const error = await rejectionOf(
      axiosTokenTransport()(requestTo(site.url), controller.signal),
    );

    expect(error).toBe(reason);
    await closed;
  });

  it('ends its connection when it is called off in the middle of an answer', async () => {
    const controller = new AbortController();
    const reason = new Error('took too long');
    let closed: Promise<unknown> = Promise.resolve();
    const site = await startSite((request, response) => {
      closed = closing(request);
      response.write('{"access', () => controller.abort(reason));
    });

    const error = await rejectionOf(
      axiosTokenTransport()(requestTo(site.url), controller.signal),
    );

    expect(error).toBe(reason);
    await closed;
  });

  it('is told by its status alone once its time is up, if it is a failure', async () => {
    const overdue = new AbortController();
    const site = await startSite((_, response) => {
      response.writeHead(400).write('{"error":', () => overdue.abort());
    });

    const answer = await axiosTokenTransport()(
      requestTo(site.url),
      never(),
      overdue.signal,
    );

    expect(answer).toMatchObject({ status: 400, body: '' });
  });

  it('goes on after its time is up, if it may be a grant', async () => {
    const overdue = new AbortController();
    const site = await startSite((_, response) => {
      response.write('{"access', () => {
        overdue.abort();
        setImmediate(() => response.end('_token":"x"}'));
      });
    });

    const answer = await axiosTokenTransport()(
      requestTo(site.url),
      never(),
      overdue.signal,
    );

    expect(answer).toMatchObject({ status: 200, body: '{"access_token":"x"}' });
  });

  it.each<[string, AxiosSettings]>([
    [
      'other requests may wait for its connection',
      { httpAgent: new Agent({ maxSockets: 1 }) },
    ],
    ['fetch would keep the process alive', { adapter: 'fetch' }],
    [
      'a transport of the app would keep the process alive',
      { transport: { request } },
    ],
  ])('ends when its time is up where %s', async (_, settings) => {
    const overdue = new AbortController();
    const reason = new Error('took too long');
    let closed: Promise<unknown> = Promise.resolve();
    const site = await startSite((received) => {
      closed = closing(received);
      overdue.abort(reason);
    });

    const error = await rejectionOf(
      axiosTokenTransport(settings)(
        requestTo(site.url),
        never(),
        overdue.signal,
      ),
    );

    expect(error).toBe(reason);
    await closed;
  });

  it('is not made when it was called off before', async () => {
    const site = await startSite();
    const reason = new Error('shut down');

    const error = await rejectionOf(
      axiosTokenTransport()(requestTo(site.url), AbortSignal.abort(reason)),
    );

    expect(error).toBe(reason);
    expect(site.requests).toStrictEqual([]);
  });

  it.each<[string, (request: IncomingMessage) => void]>([
    ['ECONNRESET', (request) => request.socket.resetAndDestroy()],
    [
      'HPE_INVALID_CONSTANT',
      (request) => request.socket.end('no HTTP\r\n\r\n'),
    ],
    [
      'ECONNRESET',
      (request) =>
        request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    ],
  ])('without a whole answer fails: %s', async (code, serve) => {
    const site = await startSite(serve);

    const error = await rejectionOf(
      axiosTokenTransport()(requestTo(site.url), never()),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
      failure: 'transient',
      message: `The token endpoint ${site.url}/connect/token could not be reached (${code}). Check the network, and the proxy or CA in the option tokenAxios.`,
    });
    expect(error).not.toHaveProperty('cause');
    expect(leaksIn(error, { SECRET })).toStrictEqual([]);
  });

  it('fails by an adapter of the app that throws something else', async () => {
    const transport = axiosTokenTransport({
      adapter: () => Promise.reject(new Error(`cannot post ${SECRET}`)),
    });

    const error = await rejectionOf(
      transport(requestTo('http://127.0.0.1:1'), never()),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
      message: expect.stringContaining('(unknown error)'),
    });
    expect(leaksIn(error, { SECRET })).toStrictEqual([]);
  });

  it.each<[string, unknown]>([
    ['text', '{"access_token":"x"}'],
    ['an object', { access_token: 'x' }],
    ['nothing', undefined],
  ])('takes %s from an adapter that streams nothing', async (_, data) => {
    const transport = axiosTokenTransport({
      adapter: async (config: object) => ({
        status: 200,
        headers: {},
        data,
        config,
      }),
    });

    const { body } = await transport(requestTo('http://127.0.0.1:1'), never());

    expect(body).toBe(data === undefined ? '' : '{"access_token":"x"}');
  });

  it('to this machine is not made by fetch where that takes a proxy', async () => {
    const site = await startSite();
    const { options } = globalAgent as unknown as { options: object };
    Object.assign(options, { proxyEnv: {} });
    vi.stubEnv('HTTP_PROXY', 'http://proxy.invalid');
    onTestFinished(() => {
      Reflect.deleteProperty(options, 'proxyEnv');
      vi.unstubAllEnvs();
    });

    const error = await rejectionOf(
      axiosTokenTransport({ adapter: 'fetch' })(requestTo(site.url), never()),
    );

    expect(error).toMatchObject({ code: AsposeAuthErrorCode.INVALID_OPTIONS });
    expect(leaksIn(error, { SECRET })).toStrictEqual([]);
    expect(site.requests).toStrictEqual([]);
  });

  it('is seen by no interceptor of the app', async () => {
    const site = await startSite();
    const seen: string[] = [];
    const { request, response } = axios.interceptors;
    const ids = [
      request.use((config) => (seen.push('request'), config)),
      response.use((answer) => (seen.push('response'), answer)),
    ] as const;
    onTestFinished(() => {
      request.eject(ids[0]);
      response.eject(ids[1]);
    });

    await axiosTokenTransport()(requestTo(site.url), never());

    expect(site.requests).toHaveLength(1);
    expect(seen).toStrictEqual([]);
  });
});
