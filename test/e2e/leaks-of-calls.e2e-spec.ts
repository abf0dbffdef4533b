import { once } from 'node:events';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { type AxiosError, type AxiosRequestConfig, isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import type {
  AsposeAuthModuleOptions,
  AsposeHttpService,
} from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { httpClient } from '../support/http-client.js';
import { leaksIn } from '../support/leaks.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

/** A client that has its token, and what must not be seen of it. */
async function clientWithToken(settings: AsposeAuthModuleOptions['axios'] = {}) {
  const cloud = await startCloud();
  const { aspose, tokens } = await httpClient({
    ...optionsFor(cloud),
    axios: settings,
  });
  const { value } = await tokens.getToken();
  const canaries = () => ({
    secret: cloud.clientSecret,
    firstToken: value,
    token: String(tokens.peekToken()?.value),
  });
  return { cloud, aspose, tokens, canaries };
}

/** Serves a stream that never ends. */
function serveEndless(cloud: AsposeCloudEmulator): void {
  cloud.route('GET', '/endless', (_, response) => {
    response.write('a part');
  });
}

describe('What a call returns', () => {
  it.each<[string, AxiosRequestConfig]>([
    ['text', {}],
    ['bytes', { responseType: 'arraybuffer' }],
    ['a stream', { responseType: 'stream' }],
    [
      'a stream whose progress is reported',
      { responseType: 'stream', onDownloadProgress: () => {} },
    ],
    [
      'a stream of limited length',
      { responseType: 'stream', maxContentLength: 1000 },
    ],
    ['an answer after a redirect', { url: '/moved' }],
    ['a zipped answer', { url: '/zipped' }],
    ['a zipped stream', { url: '/zipped', responseType: 'stream' }],
    ['a stream by fetch', { responseType: 'stream', adapter: 'fetch' }],
  ])('shows no token: %s', async (_, config) => {
    const { cloud, aspose, canaries } = await clientWithToken();
    cloud.route('GET', '/moved', (_, response) => {
      response.writeHead(302, { Location: STATUS }).end();
    });
    cloud.route('GET', '/zipped', (_, response) => {
      response
        .writeHead(200, { 'Content-Encoding': 'gzip' })
        .end(gzipSync('zipped'));
    });
    cloud.revokeAll();

    const response = await firstValueFrom(
      aspose.request({ url: STATUS, ...config }),
    );

    expect(response.status).toBe(200);
    expect(leaksIn(response, canaries())).toStrictEqual([]);
    expect(leaksIn(response.config, canaries())).toStrictEqual([]);
    expect(leaksIn(response.data, canaries())).toStrictEqual([]);
    expect(response.config.headers.get('Authorization')).toBeUndefined();
  });

  it('shows no token in a refusal that is passed on as a stream', async () => {
    const { cloud, aspose, canaries } = await clientWithToken();
    cloud.failNext(
      { kind: 'unauthorized', body: 'who are you?' },
      { path: 'api', times: Infinity },
    );

    const error = await rejectionOf(
      firstValueFrom(aspose.get(STATUS, { responseType: 'stream' })),
    );

    expect(error).toMatchObject({ status: 401 });
    expect(leaksIn(error, canaries())).toStrictEqual([]);
  });

  it('keeps the request at hand for those who ask for it by name', async () => {
    const { aspose } = await clientWithToken();

    const response = await firstValueFrom(aspose.get(STATUS));

    expect(Object.keys(response)).not.toContain('request');
    expect(response.request).toMatchObject({ method: 'GET', path: STATUS });
  });
});

describe('The error of a call', () => {
  it.each<[string, AxiosRequestConfig, Partial<AxiosError>]>([
    ['404', { url: '/nowhere' }, { code: 'ERR_BAD_REQUEST', status: 404 }],
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
        // oxlint-disable-next-line require-yield -- it breaks before it gives anything
        data: Readable.from((function* () { throw new Error('no disk'); })()),
      },
      {},
    ],
  ])('shows no token, and is still one of axios: %s', async (_, config, expected) => {
    const { cloud, aspose, canaries } = await clientWithToken();
    serveFailures(cloud);

    const error = await rejectionOf(firstValueFrom(aspose.request(config)));

    expect(isAxiosError(error)).toBe(true);
    expect(error).toMatchObject(expected);
    expect(leaksIn(error, canaries())).toStrictEqual([]);
  });

  it('keeps status, body, headers and the config of the caller', async () => {
    const { cloud, aspose } = await clientWithToken();
    cloud.failNext(
      { kind: 'status', status: 422, body: { why: 'no sheets' } },
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

describe('An agent of the app', () => {
  it('shows no token of another call that is under way', async () => {
    const { cloud, aspose, canaries } = await clientWithToken({
      httpAgent: new Agent({ keepAlive: true }),
    });
    const other = await callUnderWay(cloud, aspose);

    const response = await firstValueFrom(aspose.get(STATUS));
    const error = await rejectionOf(firstValueFrom(aspose.get('/nowhere')));
    const leaks = [leaksIn(response, canaries()), leaksIn(error, canaries())];
    await other.end();

    expect(leaks).toStrictEqual([[], []]);
  });
});

/** Makes a call that is not answered until it is told to end. */
async function callUnderWay(
  cloud: AsposeCloudEmulator,
  aspose: AsposeHttpService,
): Promise<{ end(): Promise<unknown> }> {
  let answer: () => void = () => {};
  let call: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve) => {
    cloud.route('GET', '/under-way', (_, response) => {
      answer = () => response.end();
      resolve();
    });
    call = firstValueFrom(aspose.get('/under-way'));
  });
  return {
    end() {
      answer();
      return call;
    },
  };
}

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
