import type { IncomingMessage } from 'node:http';

import axios from 'axios';
import axiosLowest from 'axios-lowest';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  attachAsposeToken,
  ForeignOriginError,
} from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { rejectionOf } from '../support/rejection.js';

const bearerHeader = ({ headers }: Pick<IncomingMessage, 'headers'>) =>
  headers.authorization;

/** Answers a path with a redirect. */
function redirect(
  cloud: AsposeCloudEmulator,
  path: string,
  location: string,
  status = 302,
): void {
  cloud.route('GET', path, (_, response) => {
    response.writeHead(status, { Location: location }).end();
  });
}

describe('A call to a foreign origin', () => {
  it('fails, and neither it nor a token request is made', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const { aspose } = await nestApp().overCloud(cloud).start();

    const error = await rejectionOf(
      firstValueFrom(aspose.get(`${site.url}/steal?q=1`)),
    );

    expect(error).toBeInstanceOf(ForeignOriginError);
    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      origin: site.url,
      message: expect.stringContaining(
        `${site.url} may not receive the Aspose token: only ${cloud.url} may.`,
      ),
    });
    expect(site.requests).toStrictEqual([]);
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it.each([
    ['another host name of the same machine', 'localhost'],
    ['a subdomain', 'sub.127.0.0.1.example'],
    ['user information that looks like the origin', '127.0.0.1@192.0.2.1'],
  ])('fails at %s', async (_, host) => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    const { port } = new URL(cloud.url);

    const error = await rejectionOf(
      firstValueFrom(aspose.get(`http://${host}:${port}/v4.0/cells`)),
    );

    expect(error).toMatchObject({ code: AsposeAuthErrorCode.FOREIGN_ORIGIN });
    expect(cloud.apiCalls).toStrictEqual([]);
  });

  it('that an interceptor makes of an allowed one fails', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const { aspose } = await nestApp().overCloud(cloud).start();
    aspose.axiosRef.interceptors.request.use((config) => {
      config.baseURL = site.url;
      return config;
    });

    const error = await rejectionOf(firstValueFrom(aspose.get('/v4.0/cells')));

    expect(error).toMatchObject({ code: AsposeAuthErrorCode.FOREIGN_ORIGIN });
    expect(site.requests).toStrictEqual([]);
  });

  it('goes out without the token when it opts out of it', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const { aspose } = await nestApp().overCloud(cloud).start();

    const { data } = await firstValueFrom(
      aspose.get(site.url, { aspose: { attach: false } }),
    );

    expect(data).toBe('hello');
    expect(site.requests.map(bearerHeader)).toStrictEqual([undefined]);
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('goes out as it is when it brings its own authorization', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const { aspose } = await nestApp().overCloud(cloud).start();

    await firstValueFrom(
      aspose.get(site.url, { headers: { Authorization: 'Basic own' } }),
    );

    expect(site.requests.map(bearerHeader)).toStrictEqual(['Basic own']);
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('gets the token when its origin is allowed', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const { aspose, tokens } = await nestApp()
      .overCloud(cloud)
      .with({ allowedOrigins: [cloud.url, `${site.url}/`] })
      .start();

    await firstValueFrom(aspose.get(site.url));

    expect(site.requests.map(bearerHeader)).toStrictEqual([
      await tokens.getAuthorizationHeader(),
    ]);
  });

  it.each(['//192.0.2.1/v4.0/cells', 'http://', 'mailto:me@example.com'])(
    'that is no URL of HTTP (%s) fails without a token request',
    async (url) => {
      const cloud = await startCloud();
      const { aspose } = await nestApp()
        .overCloud(cloud)
        .with({ axios: { timeout: 1000 } })
        .start();

      await rejectionOf(firstValueFrom(aspose.get(url, { baseURL: '' })));

      expect(cloud.counters.tokenRequests).toBe(0);
      expect(cloud.apiCalls).toStrictEqual([]);
    },
  );
});

/** The lowest that is supported, and the newest. */
const AXIOS_VERSIONS = [axiosLowest, axios] as unknown[];

/** What might be read as a path by one reader, and as a URL by another. */
const AMBIGUOUS: [string, object][] = [
  ['{site}/steal', { allowAbsoluteUrls: false }],
  ['//{host}/steal', { allowAbsoluteUrls: false }],
  ['ht\ttp://{host}/steal', {}],
  [' {site}/steal', {}],
  ['\u0000{site}/steal', {}],
  ['/\t/{host}/steal', {}],
  [String.raw`/\{host}/steal`, {}],
  [String.raw`\\{host}/steal`, {}],
  ['http:{host}/steal', {}],
  ['@{host}/steal', {}],
];

describe.each(AXIOS_VERSIONS as (typeof axios)[])(
  'What is a path to one reader and a URL to another, with axios $VERSION',
  (copy) => {
    it.each(
      AMBIGUOUS.flatMap(([url, more]) => [
        ['http', url, more] as const,
        ['fetch', url, more] as const,
      ]),
    )(
      'leads nowhere but below the base URL, by the adapter %s: %j',
      async (name, given, more) => {
        const [cloud, site] = [await startCloud(), await startSite()];
        const { tokens } = await nestApp().overCloud(cloud).start();
        const instance = copy.create({
          adapter: copy.getAdapter(name),
          baseURL: cloud.url,
          validateStatus: () => true,
        });
        attachAsposeToken(instance, tokens);
        const url = given
          .replace('{site}', site.url)
          .replace('{host}', new URL(site.url).host);

        const [{ reason }] = (await Promise.allSettled([
          instance.get(url, more),
        ])) as [{ reason?: { code?: string } }];

        expect([undefined, 'ERR_INVALID_URL']).toContain(reason?.code);
        expect(site.requests).toStrictEqual([]);
        for (const { path } of cloud.apiCalls) expect(path).toContain('steal');
      },
    );
  },
);

describe('A redirect', () => {
  it.each([301, 302, 307, 308])(
    'by %i to the same origin keeps the token',
    async (status) => {
      const cloud = await startCloud();
      redirect(cloud, '/moved', '/v4.0/cells', status);
      const { aspose } = await nestApp().overCloud(cloud).start();

      const { data } = await firstValueFrom(aspose.get('/moved'));

      expect(data).toBe('OK');
      expect(cloud.counters.callsWithValidToken).toBe(2);
    },
  );

  it('to another port loses it', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    redirect(cloud, '/moved', `${site.url}/landing`);
    const { aspose } = await nestApp().overCloud(cloud).start();

    const { data } = await firstValueFrom(aspose.get('/moved'));

    expect(data).toBe('hello');
    expect(site.requests.map(bearerHeader)).toStrictEqual([undefined]);
  });

  it('to another port loses it even where both origins are allowed', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    redirect(cloud, '/moved', site.url);
    const { aspose } = await nestApp()
      .overCloud(cloud)
      .with({ allowedOrigins: [cloud.url, site.url] })
      .start();

    await firstValueFrom(aspose.get('/moved'));

    expect(site.requests.map(bearerHeader)).toStrictEqual([undefined]);
  });

  it('to a subdomain on the same port loses it', async () => {
    const cloud = await startCloud();
    const { port } = new URL(cloud.url);
    redirect(cloud, '/moved', `http://sub.localhost:${port}/landing`);
    cloud.route(
      'GET',
      '/landing',
      (_, response) => void response.end('there'),
      {
        public: true,
      },
    );
    const { aspose } = await nestApp()
      .overCloud(cloud)
      .with({
        baseUrl: `http://localhost:${port}`,
        tokenEndpoint: `${cloud.url}/connect/token`,
        axios: { lookup: async () => ['127.0.0.1'] },
      })
      .start();

    const { data } = await firstValueFrom(aspose.get('/moved'));

    expect(data).toBe('there');
    const landed = cloud.apiCalls.find(({ path }) => path === '/landing');
    expect(landed?.headers).toMatchObject({ host: `sub.localhost:${port}` });
    expect(landed?.headers.authorization).toBeUndefined();
  });

  it('there and back again does not get the token back', async () => {
    const cloud = await startCloud();
    const site = await startSite((_, response) => {
      response.writeHead(302, { Location: `${cloud.url}/landing` }).end();
    });
    redirect(cloud, '/moved', site.url);
    const { aspose } = await nestApp().overCloud(cloud).start();

    await rejectionOf(firstValueFrom(aspose.get('/moved')));

    expect(
      cloud.apiCalls.map(({ path, token }) => [path, token]),
    ).toStrictEqual([
      ['/moved', 'valid'],
      ['/landing', 'none'],
    ]);
  });

  it('to a foreign 401 says nothing about the token', async () => {
    const cloud = await startCloud();
    const site = await startSite((_, response) => {
      response.writeHead(401).end('who are you?');
    });
    redirect(cloud, '/moved', site.url);
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    const token = await tokens.getToken();

    const error = await rejectionOf(firstValueFrom(aspose.get('/moved')));

    expect(error).toMatchObject({
      status: 401,
      response: { data: 'who are you?' },
    });
    expect(site.requests).toHaveLength(1);
    expect((await tokens.getToken()).value).toBe(token.value);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it('runs the beforeRedirect of the caller, and before the token is taken off', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    redirect(cloud, '/moved', '/moved-again');
    redirect(cloud, '/moved-again', site.url);
    const { aspose } = await nestApp().overCloud(cloud).start();
    const targets: unknown[] = [];

    await firstValueFrom(
      aspose.get('/moved', {
        beforeRedirect: (options) => {
          targets.push(options['href']);
          if (options['href'] === `${site.url}/`)
            options['headers'].Authorization = 'Bearer smuggled';
        },
      }),
    );

    expect(targets).toStrictEqual([`${cloud.url}/moved-again`, `${site.url}/`]);
    expect(site.requests.map(bearerHeader)).toStrictEqual([undefined]);
  });

  it('that the caller leads elsewhere loses the token', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    redirect(cloud, '/moved', '/v4.0/cells');
    const { aspose } = await nestApp().overCloud(cloud).start();

    await firstValueFrom(
      aspose.get('/moved', {
        beforeRedirect: (options) => {
          options['port'] = site.port;
          options['host'] = `127.0.0.1:${site.port}`;
        },
      }),
    );

    expect(site.requests.map(bearerHeader)).toStrictEqual([undefined]);
  });
});
