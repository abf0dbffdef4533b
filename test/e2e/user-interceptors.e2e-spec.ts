import {
  AxiosHeaders,
  type AxiosRequestConfig,
  type InternalAxiosRequestConfig,
  isAxiosError,
} from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import type { AsposeHttpService } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

const tokenIn = ({ headers }: InternalAxiosRequestConfig): string =>
  headers.has('Authorization') ? 'a token' : 'no token';

/** Notes what interceptors of the app get to see. */
function intercept({ axiosRef }: AsposeHttpService) {
  const seen: string[] = [];
  axiosRef.interceptors.request.use((config) => {
    seen.push(`request, ${tokenIn(config)}`);
    return config;
  });
  axiosRef.interceptors.response.use(
    (response) => {
      seen.push(`response ${response.status}, ${tokenIn(response.config)}`);
      return response;
    },
    (error: unknown) => {
      seen.push(`error ${isAxiosError(error) && error.response?.status}`);
      throw error;
    },
  );
  return seen;
}

describe('Interceptors of the app', () => {
  it.each([
    ['the default validateStatus', {}],
    ['validateStatus: () => true', { validateStatus: () => true }],
    ['validateStatus: null', { validateStatus: null }],
  ])('run once, also when the token is unauthorized: %s', async (_, config) => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    const seen = intercept(aspose);
    await tokens.getToken();
    cloud.revokeAll();

    const { status } = await firstValueFrom(aspose.get(STATUS, config));

    expect(status).toBe(200);
    expect(cloud.apiCalls).toHaveLength(2);
    expect(seen).toStrictEqual(['request, no token', 'response 200, no token']);
  });

  it('run once when the second token is unauthorized, too', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    const seen = intercept(aspose);
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });

    await rejectionOf(firstValueFrom(aspose.get(STATUS)));

    expect(cloud.apiCalls).toHaveLength(2);
    expect(seen).toStrictEqual(['request, no token', 'error 401']);
  });

  it('get the final 401 as a response with validateStatus: () => true', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    const seen = intercept(aspose);
    cloud.failNext(
      { kind: 'unauthorized', body: { why: 'no' } },
      { path: 'api', times: Infinity },
    );

    const { status, data } = await firstValueFrom(
      aspose.get(STATUS, { validateStatus: () => true }),
    );

    expect([status, data]).toStrictEqual([401, { why: 'no' }]);
    expect(seen).toStrictEqual(['request, no token', 'response 401, no token']);
  });

  it('have the last word on the URL, the headers and the body, in every attempt', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    aspose.axiosRef.interceptors.request.use((config) => {
      config.url = STATUS;
      config.headers.set('X-Trace', 'abc');
      return config;
    });
    await tokens.getToken();
    cloud.revokeAll();

    await firstValueFrom(aspose.get('/elsewhere'));

    expect(
      cloud.apiCalls.map(({ path, headers }) => [path, headers['x-trace']]),
    ).toStrictEqual([
      [STATUS, 'abc'],
      [STATUS, 'abc'],
    ]);
  });

  it('may bring an adapter or plain headers of their own', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    const sent: unknown[] = [];
    aspose.axiosRef.interceptors.request.use((config) => ({
      ...config,
      adapter: (request) => {
        sent.push(request.headers.get('Authorization'));
        return Promise.resolve({
          status: 200,
          statusText: 'OK',
          headers: new AxiosHeaders(),
          data: '"mine"',
          config: request,
        });
      },
    }));

    const { data, config } = await firstValueFrom(aspose.get(STATUS));

    expect(data).toBe('mine');
    expect(sent).toStrictEqual([await tokens.getAuthorizationHeader()]);
    expect(config.headers.get('Authorization')).toBeUndefined();
  });

  it('may make a failed call again with error.config, which gets the token then', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    cloud.failNext({ kind: 'answer', status: 503 }, { path: 'api' });
    aspose.axiosRef.interceptors.response.use(undefined, (error: unknown) => {
      if (!isAxiosError(error) || error.config === undefined) throw error;
      return aspose.axiosRef.request(error.config);
    });

    const { data } = await firstValueFrom(aspose.get(STATUS));

    expect(data).toBe('OK');
    expect(cloud.apiCalls.map(({ token }) => token)).toStrictEqual([
      'valid',
      'valid',
    ]);
  });

  it('that make a call again and again do not pile up adapters', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    cloud.failNext({ kind: 'answer', status: 503 }, { path: 'api', times: 2 });
    const configOf = (error: unknown): AxiosRequestConfig =>
      isAxiosError(error) ? (error.config ?? {}) : {};

    const first = configOf(await rejectionOf(aspose.axiosRef.get(STATUS)));
    const second = configOf(await rejectionOf(aspose.axiosRef.request(first)));

    expect(first.adapter).toStrictEqual(aspose.axiosRef.defaults.adapter);
    expect(second.adapter).toStrictEqual(first.adapter);
  });

  it('that make a call again get its own answer to an unauthorized token, not one of two', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });
    let repeats = 0;
    aspose.axiosRef.interceptors.response.use(undefined, (error: unknown) => {
      if (repeats === 1 || !isAxiosError(error) || !error.config) throw error;
      repeats += 1;
      return aspose.axiosRef.request(error.config);
    });

    await rejectionOf(firstValueFrom(aspose.get(STATUS)));

    // Two of the first call, and one while this origin is held.
    expect(cloud.apiCalls).toHaveLength(3);
    expect(cloud.counters.tokenRequests).toBe(2);
  });
});
