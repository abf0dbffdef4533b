import { HttpModule, HttpService } from '@nestjs/axios';
import { type DynamicModule, Injectable } from '@nestjs/common';
import axios, { type AxiosRequestConfig } from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { ClientRegistry } from '../../lib/clients/client-registry.js';
import {
  type AsposeAuthModuleOptions,
  AsposeHttpService,
  type AsposeTokenEvent,
  AsposeTokenService,
  attachAsposeToken,
  createAsposeFetch,
  TokenSource,
} from '../../lib/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { leaksIn } from '../support/leaks.js';
import { startSite } from '../support/loopback-site.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';
const toAny: AxiosRequestConfig = { validateStatus: () => true };

/** Of a plain `HttpModule`, which gives every app in a process the same axios. */
@Injectable()
class ReportService {
  constructor(
    readonly http: HttpService,
    readonly tokens: TokenSource,
  ) {
    attachAsposeToken(http, tokens, {
      allowedOrigins: tokens.allowedOrigins ?? ['http://127.0.0.1'],
    });
  }
}

const builderOf = (
  options: AsposeAuthModuleOptions,
  http: DynamicModule | typeof HttpModule = HttpModule,
) =>
  nestApp()
    .with({ warmUp: 'off', ...options })
    .importing(http)
    .declaring({ providers: [ReportService] });

const start = async (...given: Parameters<typeof builderOf>) =>
  (await builderOf(...given).start()).app;

const bearerHeader = (requests: readonly { headers: object }[]) =>
  requests.map(({ headers }) => Reflect.get(headers, 'authorization'));

const fixed = (name: string, baseUrl: string) => ({
  accessToken: `token-of-${name}`,
  baseUrl,
});

describe('Two apps in one process', () => {
  it('have a registry each, and close their own clients alone', async () => {
    const clouds = [await startCloud(), await startCloud()];
    const apps = await Promise.all(
      clouds.map((cloud) => start({ ...optionsFor(cloud) })),
    );
    const [one, two] = apps.map((app) => {
      const events: AsposeTokenEvent[] = [];
      app.get(AsposeTokenService).events$.subscribe((event) => {
        events.push(event);
      });
      return { app, events, registry: app.get(ClientRegistry) };
    });

    expect(one?.registry).not.toBe(two?.registry);
    await one?.app.close();

    expect(one?.events).toMatchObject([{ type: 'closed', client: 'default' }]);
    expect(two?.events).toStrictEqual([]);
    await expect(two?.app.get(TokenSource).getToken()).resolves.toBeDefined();
  });

  it('that live cannot attach to one axios for one origin: the second is told of both', async () => {
    const cloud = await startCloud();
    const secret = 'c0ffee00c0ffee00c0ffee00c0ffee00';
    const options = { ...optionsFor(cloud), allowedOrigins: [cloud.url] };
    const first = await start(options);

    const error = await rejectionOf(
      start({ ...options, clientId: 'the-second', clientSecret: secret }),
    );

    expect(error).toMatchObject({
      code: 'ASPOSE_AUTH_INVALID_OPTIONS',
      message: expect.stringMatching(
        new RegExp(
          `^The token cannot be attached:\n  - ${cloud.url} .*client id ${cloud.clientId}.*client id the-second.*app\\.close\\(\\).*HttpModule\\.register\\(\\{\\}\\)`,
        ),
      ),
    });
    expect(
      leaksIn(error, { secret, firstSecret: cloud.clientSecret }),
    ).toStrictEqual([]);
    const { status } = await first
      .get(HttpService)
      .axiosRef.get(`${cloud.url}${STATUS}`);
    expect(status).toBe(200);
  });

  it.each([
    ['an app without a server', start],
    [
      'an Express app',
      async (...given: Parameters<typeof builderOf>) =>
        (
          await builderOf(...given)
            .on(platforms[0])
            .start()
        ).app,
    ],
  ])(
    'follow one another: the token of %s that is closed goes nowhere',
    async (_, startOne) => {
      const site = await startSite();
      const one = await startOne(fixed('one', site.url));
      await axios.get(site.url);

      await one.close();
      await axios.get(site.url);
      const two = await startOne(fixed('two', site.url));
      await firstValueFrom(two.get(HttpService).get(site.url));
      await two.close();
      await axios.get(site.url);

      expect(bearerHeader(site.requests)).toStrictEqual([
        'Bearer token-of-one',
        undefined,
        'Bearer token-of-two',
        undefined,
      ]);
    },
  );

  it('follow one another without a request in between', async () => {
    const site = await startSite();
    for (const name of ['one', 'two', 'three']) {
      const app = await start(fixed(name, site.url));
      if (name === 'three') await axios.get(site.url);
      await app.close();
    }

    expect(bearerHeader(site.requests)).toStrictEqual([
      'Bearer token-of-three',
    ]);
  });

  it('for different origins each have theirs', async () => {
    const [a, b] = [await startSite(), await startSite()];
    const one = await start(fixed('one', a.url));
    await start(fixed('two', b.url));

    for (const { url } of [a, b]) await axios.get(url);
    await one.close();
    for (const { url } of [a, b]) await axios.get(url);

    expect(bearerHeader(a.requests)).toStrictEqual([
      'Bearer token-of-one',
      undefined,
    ]);
    expect(bearerHeader(b.requests)).toStrictEqual([
      'Bearer token-of-two',
      'Bearer token-of-two',
    ]);
  });

  it('with an axios each have theirs', async () => {
    const site = await startSite();
    for (const name of ['one', 'two']) {
      const app = await start(
        fixed(name, site.url),
        HttpModule.register({ timeout: 5_000 }),
      );
      await firstValueFrom(app.get(HttpService).get(site.url));
    }

    expect(bearerHeader(site.requests)).toStrictEqual([
      'Bearer token-of-one',
      'Bearer token-of-two',
    ]);
  });

  it.each([
    ['TokenSource', TokenSource],
    ['AsposeTokenService', AsposeTokenService],
  ])('may share what a test has put in place of %s', async (_, token) => {
    const site = await startSite();
    const tokens = {
      allowedOrigins: [site.url],
      getToken: async () => ({ value: 'shared' }),
    };

    for (let app = 0; app < 2; app += 1) {
      const module = await builderOf(fixed('none', site.url))
        .overriding(token, tokens)
        .start();
      await axios.get(site.url);
      await module.app.close();
      await axios.get(site.url);
    }

    expect(bearerHeader(site.requests)).toStrictEqual([
      'Bearer shared',
      undefined,
      'Bearer shared',
      undefined,
    ]);
  });
});

describe('A request under way while its app closes', () => {
  it('ends with the 401 that it gets, and the app with it', async () => {
    const cloud = await startCloud();
    let answer = () => {};
    const site = await startSite((_, response) => {
      answer = () => void response.writeHead(401).end('refused');
      arrived();
    });
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const app = await start({
      ...optionsFor(cloud),
      allowedOrigins: [cloud.url, site.url],
    });
    const refused = axios.get(site.url, toAny);
    await arrival;

    await app.close();
    answer();

    expect(await refused).toMatchObject({ status: 401, data: 'refused' });
    expect(site.requests).toHaveLength(1);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it('and is repeated by the app after that carries no token', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(503).end();
    });
    const app = await start(fixed('one', site.url));
    const error = await rejectionOf(axios.get(site.url));

    await app.close();
    await rejectionOf(
      axios.request((error as { config: AxiosRequestConfig }).config),
    );

    expect(bearerHeader(site.requests)).toStrictEqual([
      'Bearer token-of-one',
      undefined,
    ]);
  });
});

describe('A closed app', () => {
  it('may use its valid token where it is its own', async () => {
    const site = await startSite();
    const app = await start(fixed('one', site.url));
    const [aspose, tokens] = [app.get(AsposeHttpService), app.get(TokenSource)];
    await app.close();

    await aspose.axiosRef.get('/');
    await createAsposeFetch(tokens)(site.url);

    expect(bearerHeader(site.requests)).toStrictEqual([
      'Bearer token-of-one',
      'Bearer token-of-one',
    ]);
  });
});
