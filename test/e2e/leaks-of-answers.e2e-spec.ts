import { once } from 'node:events';
import { Agent } from 'node:http';
import { Agent as TlsAgent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import axios, { type AxiosRequestConfig } from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';

import {
  type AsposeHttpService,
  attachAsposeToken,
  createAsposeFetch,
} from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { clientWithToken } from '../support/client-with-token.js';
import { eventually } from '../support/eventually.js';
import { leaksIn } from '../support/leaks.js';
import { rejectionOf } from '../support/rejection.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';

const STATUS = '/v4.0/cells';

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

describe('Before the first answer', () => {
  it('the agent, the client and an error show no token of the call under way', async () => {
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { cloud, aspose, tokens, canaries } = await clientWithToken({
      httpAgent,
    });
    const other = await callUnderWay(cloud, aspose);
    const controller = new AbortController();
    const waiting = rejectionOf(
      firstValueFrom(aspose.get(STATUS, { signal: controller.signal })),
    );
    await eventually(() =>
      expect(Object.keys(httpAgent.requests)).toHaveLength(1),
    );

    const leaks = [httpAgent, aspose, aspose.axiosRef.defaults, tokens].map(
      (printed) => leaksIn(printed, canaries()),
    );
    controller.abort();
    leaks.push(leaksIn(await waiting, canaries()));
    await other.end();

    expect(leaks).toStrictEqual([[], [], [], [], []]);
  });

  it('an attached axios shows no token either', async () => {
    const { cloud, tokens, canaries } = await clientWithToken();
    const httpAgent = new Agent();
    const instance = axios.create({ baseURL: cloud.url, httpAgent });
    attachAsposeToken(instance, tokens);
    cloud.route('GET', '/reset', (request) => {
      printed = leaksIn(httpAgent, canaries());
      request.socket.resetAndDestroy();
    });
    let printed: string[] | undefined;

    const error = await rejectionOf(instance.get('/reset'));

    expect(printed).toStrictEqual([]);
    expect(leaksIn(error, canaries())).toStrictEqual([]);
    expect(leaksIn(httpAgent, canaries())).toStrictEqual([]);
  });
});

describe('A streamed answer over TLS', () => {
  it('shows no token, nor does its agent, which made the socket with the headers of the request', async () => {
    const { tokens, canaries } = await clientWithToken();
    const { key, cert } = selfSignedCertificate();
    const server = createServer({ key, cert }, (_, response) => {
      response.write('a part');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const baseURL = `https://127.0.0.1:${port}`;
    const httpsAgent = new TlsAgent({ ca: cert, keepAlive: true });
    const instance = axios.create({ baseURL, httpsAgent });
    attachAsposeToken(instance, tokens, { allowedOrigins: [baseURL] });

    const response = await instance.get<Readable>('/', {
      responseType: 'stream',
    });
    const sent = String(response.request.getHeader('Authorization'));

    expect(sent).toContain(canaries().token);
    for (const printed of [response, response.data, httpsAgent])
      expect(leaksIn(printed, canaries())).toStrictEqual([]);
    response.data.destroy();
  });
});

describe('fetch', () => {
  it('shows no token in an answer, in a refusal and in a network error', async () => {
    const { cloud, tokens, canaries } = await clientWithToken();
    cloud.route('GET', '/reset', (request) => {
      request.socket.resetAndDestroy();
    });
    const fetch = createAsposeFetch(tokens);

    const answer = await fetch(`${cloud.url}${STATUS}`);
    const error = await rejectionOf(fetch(`${cloud.url}/reset`));
    cloud.failNext(
      { kind: 'unauthorized', body: 'who are you?' },
      { path: 'api', times: Infinity },
    );
    const refusal = await fetch(`${cloud.url}${STATUS}`);

    expect([answer.status, refusal.status]).toStrictEqual([200, 401]);
    for (const printed of [answer, error, refusal])
      expect(leaksIn(printed, canaries())).toStrictEqual([]);
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
