import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { type AxiosError, type AxiosRequestConfig, isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { clientWithToken } from '../support/client-with-token.js';
import { leaksIn } from '../support/leaks.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

/** Serves a stream that never ends. */
function serveEndless(cloud: AsposeCloudEmulator): void {
  cloud.route('GET', '/endless', (_, response) => {
    response.write('a part');
  });
}

describe('The error of a call', () => {
  it.each<[string, AxiosRequestConfig, Partial<AxiosError>]>([
    ['404', { url: '/nowhere' }, { code: 'ERR_BAD_REQUEST', status: 404 }],
    [
      '404 as a stream',
      { url: '/nowhere', responseType: 'stream' },
      { status: 404 },
    ],
    ['404 by fetch', { url: '/nowhere', adapter: 'fetch' }, { status: 404 }],
    [
      'a reset connection by fetch',
      { url: '/reset', adapter: 'fetch' },
      { code: 'ERR_NETWORK' },
    ],
    ['500', { url: '/fails' }, { code: 'ERR_BAD_RESPONSE', status: 500 }],
    ['a time limit', { url: '/hang', timeout: 50 }, { code: 'ECONNABORTED' }],
    ['a reset connection', { url: '/reset' }, { code: 'ECONNRESET' }],
    ['a broken answer', { url: '/broken' }, { code: 'ERR_BAD_RESPONSE' }],
    ['no HTTP at all', { url: '/garbage' }, { code: 'HPE_INVALID_CONSTANT' }],
    [
      'redirects without end',
      { url: '/circle' },
      { code: 'ERR_FR_TOO_MANY_REDIRECTS' },
    ],
    [
      'a redirect to another protocol',
      { url: '/ftp' },
      { code: 'ERR_FR_REDIRECTION_FAILURE' },
    ],
    [
      'a redirect hook that throws',
      {
        url: '/circle',
        beforeRedirect: () => {
          throw new Error('not there');
        },
      },
      { code: 'ERR_FR_REDIRECTION_FAILURE' },
    ],
    [
      'an answer beyond maxContentLength',
      { url: STATUS, maxContentLength: 1 },
      { code: 'ERR_BAD_RESPONSE' },
    ],
    [
      'an answer that is no JSON',
      {
        url: '/text',
        responseType: 'json',
        transitional: { silentJSONParsing: false },
      },
      { code: 'ERR_BAD_RESPONSE' },
    ],
    [
      'a body beyond maxBodyLength',
      { url: STATUS, method: 'put', data: 'four', maxBodyLength: 1 },
      { code: 'ERR_BAD_REQUEST' },
    ],
    [
      'an uploaded stream beyond maxBodyLength',
      {
        url: STATUS,
        method: 'put',
        data: Readable.from([Buffer.from('four')]),
        maxBodyLength: 1,
      },
      { code: 'ERR_BAD_REQUEST' },
    ],
    [
      'an uploaded stream that breaks',
      {
        url: STATUS,
        method: 'put',
        data: new Readable({
          read() {
            this.destroy(new Error('no disk'));
          },
        }),
      },
      {},
    ],
  ])(
    'shows no token, and is still one of axios: %s',
    async (_, config, expected) => {
      const { cloud, aspose, canaries } = await clientWithToken();
      serveFailures(cloud);

      const error = await rejectionOf(firstValueFrom(aspose.request(config)));

      expect(isAxiosError(error)).toBe(true);
      expect(error).toMatchObject(expected);
      expect(leaksIn(error, canaries())).toStrictEqual([]);
    },
  );

  it.each(['http', 'fetch'])(
    'shows no token when an answer breaks off by maxContentLength while it streams: %s',
    async (adapter) => {
      const { cloud, aspose, canaries } = await clientWithToken();
      cloud.route('GET', '/parts', (_, response) => {
        response.write('of unknown');
        response.end('length');
      });
      const { data } = await aspose.axiosRef.get<Readable>('/parts', {
        adapter,
        responseType: 'stream',
        maxContentLength: 1,
      });

      const error = await rejectionOf(text(data));

      expect(error).toMatchObject({ code: 'ERR_BAD_RESPONSE' });
      expect(leaksIn(error, canaries())).toStrictEqual([]);
    },
  );

  it('keeps status, body, headers and the config of the caller', async () => {
    const { cloud, aspose } = await clientWithToken();
    cloud.failNext(
      { kind: 'answer', status: 422, body: { why: 'no sheets' } },
      { path: 'api' },
    );

    const error = await rejectionOf(
      firstValueFrom(
        aspose.post(STATUS, { a: 1 }, { headers: { 'X-Trace': 'abc' } }),
      ),
    );

    if (!isAxiosError(error)) throw error;
    expect(error.response?.data).toStrictEqual({ why: 'no sheets' });
    expect(error.response?.config).toBe(error.config);
    expect(error.config).toMatchObject({ method: 'post', data: '{"a":1}' });
    expect(error.config?.headers.get('X-Trace')).toBe('abc');
    expect(error.config?.headers.has('Authorization')).toBe(false);
    expect(error.toJSON()).toMatchObject({ status: 422 });
    expect(error.request).toMatchObject({ method: 'POST' });
  });

  it('shows no token when the call is cancelled', async () => {
    const { cloud, aspose, canaries } = await clientWithToken();
    const controller = new AbortController();
    cloud.route('GET', '/slow', () => controller.abort());

    const error = await rejectionOf(
      firstValueFrom(aspose.get('/slow', { signal: controller.signal })),
    );

    expect(error).toMatchObject({ code: 'ERR_CANCELED' });
    expect(leaksIn(error, canaries())).toStrictEqual([]);
  });

  it('shows no token when an answer is cancelled as it streams in', async () => {
    const { cloud, aspose, canaries } = await clientWithToken();
    serveEndless(cloud);
    const controller = new AbortController();
    const { data } = await firstValueFrom(
      aspose.get<Readable>('/endless', {
        responseType: 'stream',
        signal: controller.signal,
      }),
    );

    const failed = once(data, 'error');
    controller.abort();

    expect(leaksIn((await failed)[0], canaries())).toStrictEqual([]);
  });

  it('shows no token when a streamed answer gets too long', async () => {
    const { cloud, aspose, canaries } = await clientWithToken();
    serveEndless(cloud);
    const { data } = await firstValueFrom(
      aspose.get<Readable>('/endless', {
        responseType: 'stream',
        maxContentLength: 1,
      }),
    );

    const [error] = await once(data.resume(), 'error');

    expect(error).toMatchObject({ code: 'ERR_BAD_RESPONSE' });
    expect(leaksIn(error, canaries())).toStrictEqual([]);
  });
});

function serveFailures(cloud: AsposeCloudEmulator): void {
  cloud.route('GET', '/fails', () => {
    throw new Error('no disk');
  });
  cloud.route('GET', '/hang', () => {});
  cloud.route('GET', '/reset', (request) => {
    request.socket.resetAndDestroy();
  });
  cloud.route('GET', '/broken', (_, response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('a part', () => response.destroy());
  });
  cloud.route('GET', '/garbage', (request) => {
    request.socket.end('no HTTP at all\r\n\r\n');
  });
  cloud.route('GET', '/circle', (_, response) => {
    response.writeHead(302, { Location: '/circle' }).end();
  });
  cloud.route('GET', '/ftp', (_, response) => {
    response.writeHead(302, { Location: 'ftp://127.0.0.1/' }).end();
  });
  cloud.route('GET', '/text', (_, response) => {
    response.end('no JSON');
  });
}
