import axios, { type AxiosRequestConfig } from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

describe('AsposeHttpService', () => {
  it('sends the token with every request', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();

    await firstValueFrom(aspose.get(STATUS));
    await firstValueFrom(aspose.get(`${cloud.url}${STATUS}`));

    const { value } = await tokens.getToken();
    expect(
      cloud.apiCalls.map(({ headers }) => headers.authorization),
    ).toStrictEqual([`Bearer ${value}`, `Bearer ${value}`]);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it('reaches an API under a path of the base URL', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp()
      .overCloud(cloud)
      .with({
        baseUrl: `${cloud.url}/v4.0/`,
        tokenEndpoint: `${cloud.url}/connect/token`,
      })
      .start();

    const { data } = await firstValueFrom(aspose.get('cells'));

    expect(data).toBe('OK');
    expect(cloud.counters.callsWithValidToken).toBe(1);
  });

  it('takes the settings of the option axios', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp()
      .overCloud(cloud)
      .with({ axios: { headers: { 'X-Team': 'reports' } } })
      .start();

    await firstValueFrom(aspose.get(STATUS));

    expect(cloud.apiCalls[0]?.headers['x-team']).toBe('reports');
    expect(cloud.tokenRequests[0]?.headers['x-team']).toBeUndefined();
  });

  it('wraps the adapter that the app brings', async () => {
    const cloud = await startCloud();
    const seen: unknown[] = [];
    const { aspose, tokens } = await nestApp()
      .overCloud(cloud)
      .with({
        axios: {
          adapter: (config: { headers: { get(name: string): unknown } }) => {
            seen.push(config.headers.get('Authorization'));
            return Promise.resolve({ status: 200, headers: {}, data: 'mine' });
          },
        },
      })
      .start();

    const { data } = await firstValueFrom(aspose.get(STATUS));

    expect(data).toBe('mine');
    expect(seen).toStrictEqual([await tokens.getAuthorizationHeader()]);
  });

  it('sends a token that stays valid for as long as the request asks', async () => {
    const cloud = await startCloud({ lifetimeSeconds: 1000 });
    const { aspose, events } = await nestApp().overCloud(cloud).start();

    await firstValueFrom(
      aspose.get(STATUS, { aspose: { minValidityMs: 900_000 } }),
    );
    await firstValueFrom(
      aspose.get(STATUS, { aspose: { minValidityMs: 900_000 } }),
    );

    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'minimum-cut',
        askedMs: 900_000,
        effectiveMs: 500_000,
      }),
    );
  });

  it('sends a static token without a token request', async () => {
    const cloud = await startCloud({ staticToken: 'ace8955d11cf82e9' });
    const { aspose } = await nestApp()
      .with({
        accessToken: 'ace8955d11cf82e9',
        baseUrl: cloud.url,
      })
      .start();

    await firstValueFrom(aspose.get(STATUS));

    expect(cloud.counters).toMatchObject({
      tokenRequests: 0,
      callsWithValidToken: 1,
    });
  });

  it("attaches nothing with auth: 'none'", async () => {
    const cloud = await startCloud();
    cloud.route(
      'POST',
      '/echo',
      (request, response) => {
        request.pipe(response);
      },
      { public: true },
    );
    const { aspose } = await nestApp()
      .with({ auth: 'none', baseUrl: cloud.url })
      .start();

    const { data } = await firstValueFrom(aspose.post('/echo', 'a workbook'));

    expect(data).toBe('a workbook');
    expect(cloud.counters).toMatchObject({
      tokenRequests: 0,
      callsWithoutToken: 1,
    });
  });

  it('fails with the failure of the token request, and sends nothing', async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'refuse' });
    const { aspose } = await nestApp().overCloud(cloud).start();

    const error = await rejectionOf(firstValueFrom(aspose.get(STATUS)));

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
      status: 400,
    });
    expect(cloud.apiCalls).toStrictEqual([]);
  });

  it('leaves the axios of the app alone', async () => {
    const cloud = await startCloud();
    await nestApp().overCloud(cloud).start();

    await rejectionOf(axios.get(`${cloud.url}${STATUS}`));

    expect(cloud.counters).toMatchObject({
      tokenRequests: 0,
      callsWithoutToken: 1,
    });
  });
});

describe('A request', () => {
  it.each([
    ['an Authorization header', { headers: { Authorization: 'Bearer own' } }],
    ['one in lower case', { headers: { authorization: 'Bearer own' } }],
    ['config.auth', { auth: { username: 'me', password: 'own' } }],
    ['the header switched off', { headers: { Authorization: false } }],
    ['aspose.attach: false', { aspose: { attach: false } }],
  ])('with %s goes out as it is, and its 401 comes back', async (_, config) => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();

    const error = await rejectionOf(firstValueFrom(aspose.get(STATUS, config)));

    expect(error).toMatchObject({ status: 401 });
    expect(cloud.apiCalls).toHaveLength(1);
    expect(cloud.counters).toMatchObject({
      tokenRequests: 0,
      callsWithValidToken: 0,
    });
  });

  it('with a user name in its URL goes out as it is, and its 401 comes back', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    const url = cloud.url.replace('://', '://me:own@');

    const error = await rejectionOf(
      firstValueFrom(aspose.get(`${url}${STATUS}`)),
    );

    expect(error).toMatchObject({ status: 401 });
    expect(cloud.apiCalls).toHaveLength(1);
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it.each([null, undefined])(
    'gets the token when its auth is %s',
    async (auth) => {
      const cloud = await startCloud();
      const { aspose } = await nestApp().overCloud(cloud).start();

      await firstValueFrom(
        aspose.get(
          STATUS,
          Object.fromEntries([['auth', auth]]) as AxiosRequestConfig,
        ),
      );

      expect(cloud.counters.callsWithValidToken).toBe(1);
    },
  );

  it('whose header holds a printed token fails with advice, unsent', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    const token = await tokens.getToken();

    const error = await rejectionOf(
      firstValueFrom(
        aspose.get(STATUS, {
          headers: { Authorization: `Bearer ${String(token)}` },
        }),
      ),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
      message: expect.stringContaining('Write token.value'),
    });
    expect(cloud.apiCalls).toStrictEqual([]);
  });
});

describe('An app that sets axios.defaults', () => {
  const { headers } = axios.defaults;

  it.each([
    [
      'headers.common.Authorization',
      { headers: { ...headers, common: { Authorization: 'Bearer own' } } },
    ],
    [
      'headers.common.authorization',
      { headers: { ...headers, common: { authorization: 'Bearer own' } } },
    ],
    [
      'headers.get and headers.post',
      {
        headers: {
          ...headers,
          get: { Authorization: 'Bearer own' },
          post: { authorization: 'Bearer own' },
        },
      },
    ],
    ['headers', { headers: { ...headers, Authorization: 'Bearer own' } }],
    ['auth', { auth: { username: 'jira', password: 'own' } }],
    ['transformRequest', { transformRequest: () => 'of another API' }],
  ])('for its own API disturbs no token request: %s', async (_, defaults) => {
    const cloud = await startCloud();
    const before = { ...axios.defaults };
    Object.assign(axios.defaults, defaults);
    onTestFinished(() => {
      delete axios.defaults.auth;
      Object.assign(axios.defaults, before);
    });
    const { aspose } = await nestApp().overCloud(cloud).start();

    const { status } = await firstValueFrom(
      aspose.get(STATUS, { validateStatus: () => true }),
    );

    expect(status).toBe(200);
    expect(
      cloud.tokenRequests.map(({ headers }) => headers.authorization),
    ).toStrictEqual([undefined]);
  });
});
