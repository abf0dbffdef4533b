import { once } from 'node:events';
import { Agent } from 'node:http';

import { HttpService } from '@nestjs/axios';
import axios, { type AxiosResponse } from 'axios';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  AccessToken,
  AsposeAuthErrorCode,
  attachAsposeToken,
  StaticTokenSource,
  type TokenLayer,
  type TokenSource,
} from '../../../../lib/index.js';
import {
  type AsposeCloudEmulator,
  ManualTokenClock,
} from '../../../../lib/testing/index.js';
import { announceClosing } from '../../../../lib/token/token-layer.js';
import { startCloud } from '../../../support/cloud.js';
import { nestApp } from '../../../support/nest-app.js';
import { misleadingUrl, startSite } from '../../../support/loopback-site.js';
import { MemoryGrowth } from '../../../support/memory-growth.js';
import { rejectionOf } from '../../../support/rejection.js';

const STATUS = '/v4.0/cells';

/** A source of one token that is valid at one emulator. */
function tokensOf(cloud: AsposeCloudEmulator) {
  return new StaticTokenSource(new AccessToken(cloud.issueToken()));
}

const toAny = { validateStatus: () => true };

describe('Attaching', () => {
  it('sends no token to a base URL that claims to lead elsewhere', async () => {
    const [cloud, site] = [await startCloud(), await startSite()];
    const instance = axios.create();
    attachAsposeToken(instance, tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });

    await instance.get('', {
      baseURL: misleadingUrl(cloud.url, site.url) as unknown as string,
    });

    expect(
      site.requests.map(({ headers }) => headers.authorization),
    ).toStrictEqual([undefined]);
  });

  it('twice is attaching once, to the instance or to the HttpService around it', async () => {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    const instance = new HttpService().axiosRef.create();
    const http = new HttpService(instance);
    let adapted = 0;
    instance.interceptors.request.use((config) => {
      adapted += typeof config.adapter === 'function' ? 1 : 0;
      return config;
    });

    const detach = attachAsposeToken(instance, tokens);

    expect(attachAsposeToken(http, tokens)).toBe(detach);
    detach();
    expect((await instance.get(`${cloud.url}${STATUS}`, toAny)).status).toBe(
      401,
    );
    expect(adapted).toBe(0);
  });

  it('again to other origins has those replace the former', async () => {
    const [one, two] = [await startCloud(), await startCloud()];
    const { tokens } = await nestApp().overCloud(one).start();
    const instance = axios.create(toAny);
    const detach = attachAsposeToken(instance, tokens, {
      allowedOrigins: [two.url],
    });

    attachAsposeToken(instance, tokens, { allowedOrigins: [one.url] });
    detach();

    await instance.get(`${one.url}${STATUS}`);
    await instance.get(`${two.url}${STATUS}`);
    expect(one.counters).toMatchObject({ callsWithValidToken: 1 });
    expect(two.counters).toMatchObject({ callsWithoutToken: 1 });
  });

  it('again to other origins detaches the former by itself', async () => {
    const [one, two] = [await startCloud(), await startCloud()];
    const { tokens } = await nestApp().overCloud(one).start();
    const instance = axios.create(toAny);

    attachAsposeToken(instance, tokens, { allowedOrigins: [two.url] });
    attachAsposeToken(instance, tokens, { allowedOrigins: [one.url] });

    await instance.get(`${two.url}${STATUS}`);
    expect(two.counters).toMatchObject({ callsWithoutToken: 1 });
  });

  it('again checks the origins again', async () => {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    const instance = axios.create();
    attachAsposeToken(instance, tokens);

    expect(() =>
      attachAsposeToken(instance, tokens, { allowedOrigins: ['nonsense'] }),
    ).toThrow('allowedOrigins[0]');
  });

  it('covers an instance without an adapter, as axios itself does', async () => {
    const cloud = await startCloud();
    const instance = new axios.Axios({
      headers: axios.defaults.headers as never,
    });
    attachAsposeToken(instance, tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });

    const { status } = await instance.get(`${cloud.url}${STATUS}`);

    expect(status).toBe(200);
  });

  it('covers a request to a URL object', async () => {
    const cloud = await startCloud();
    const instance = axios.create();
    attachAsposeToken(instance, tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });

    const url = new URL(STATUS, cloud.url) as unknown as string;

    expect((await instance.get(url)).data).toBe('OK');
  });

  it.each([
    ['name', (url: URL) => (url.username = 'me')],
    ['password', (url: URL) => (url.password = 'secret')],
  ])('leaves a URL with a user %s alone', async (_, give) => {
    const cloud = await startCloud();
    const instance = axios.create(toAny);
    attachAsposeToken(instance, tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });
    const url = new URL(STATUS, cloud.url);
    give(url);

    await instance.get(url.href);

    expect(cloud.apiCalls[0]?.headers.authorization).toMatch(/^Basic /);
  });

  it.each([
    ['as axios reads it', { 'www-authenticate': 'Bearer error="x"' }],
    ['as an adapter wrote it', { 'WWW-Authenticate': 'Bearer error="x"' }],
  ])('reads what a 401 is about: %s', async (_, headers) => {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    let sent = 0;
    const instance = axios.create({
      ...toAny,
      adapter: async (config) => {
        sent += 1;
        const answer: unknown = { status: 401, headers, data: '', config };
        return answer as AxiosResponse;
      },
    });
    attachAsposeToken(instance, tokens);

    await instance.get(`${cloud.url}${STATUS}`);

    expect(sent).toBe(1);
  });

  // Sooner than a garbage collection would.
  it(
    'frees the connection of a streamed 401 by the adapter named fetch',
    { timeout: 8_000 },
    async () => {
      const cloud = await startCloud();
      const { tokens } = await nestApp().overCloud(cloud).start();
      let closed: Promise<unknown> = Promise.resolve();
      const site = await startSite((_, response) => {
        if (site.requests.length > 1) return response.end('OK');
        closed = once(response, 'close');
        return response.writeHead(401).write('x'.repeat(100_000));
      });
      const instance = axios.create({ adapter: 'fetch' });
      attachAsposeToken(instance, tokens, { allowedOrigins: [site.url] });

      const { status } = await instance.get(site.url, {
        responseType: 'stream',
      });

      expect(status).toBe(200);
      await closed;
    },
  );

  it('frees the connection of a 401 while another token is fetched', async () => {
    const [cloud, site] = [
      await startCloud(),
      await startSite((request, response) => {
        response.writeHead(request.headers.authorization ? 401 : 200);
        response.end('short');
      }),
    ];
    const { tokens } = await nestApp()
      .overCloud(cloud)
      .timedBy(new ManualTokenClock())
      .start();
    await tokens.getToken();
    cloud.failNext({ kind: 'hang' });
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => httpAgent.destroy());
    const instance = axios.create({ httpAgent, responseType: 'stream' });
    attachAsposeToken(instance, tokens, { allowedOrigins: [site.url] });
    const giveUp = new AbortController();
    const refused = rejectionOf(
      instance.get(site.url, { signal: giveUp.signal }),
    );
    await vi.waitFor(() => expect(cloud.counters.tokenRequests).toBe(2));

    const { status } = await instance.get(site.url, {
      aspose: { attach: false },
    });

    expect(status).toBe(200);
    giveUp.abort();
    await refused;
  });

  it('gives an adapter of the app a config as axios does', async () => {
    const cloud = await startCloud();
    let isKnown: unknown;
    const instance = axios.create({
      adapter: async (config) => {
        // oxlint-disable-next-line no-prototype-builtins -- as an adapter may
        isKnown = config.hasOwnProperty('url');
        return { status: 200, headers: {}, data: '', config } as AxiosResponse;
      },
    });
    attachAsposeToken(instance, tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });

    await instance.get(`${cloud.url}${STATUS}`);

    expect(isKnown).toBe(true);
  });

  it('replaces the token after a 401 of an adapter that gives no headers', async () => {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    const sent: unknown[] = [];
    const instance = axios.create({
      adapter: async (config) => {
        sent.push(config.headers.get('Authorization'));
        const answer = { status: sent.length === 1 ? 401 : 200, config };
        return answer as AxiosResponse;
      },
    });
    attachAsposeToken(instance, tokens);

    const { status } = await instance.get(`${cloud.url}${STATUS}`);

    expect(status).toBe(200);
    expect(new Set(sent).size).toBe(2);
  });

  it('covers requests in every style that axios has', async () => {
    const cloud = await startCloud();
    const instance = axios.create({ baseURL: cloud.url });
    attachAsposeToken(instance, tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });

    const answers = [
      await instance.get(STATUS),
      await instance(STATUS),
      await instance({ url: STATUS, method: 'GET' }),
      await instance.request({ url: STATUS }),
    ];

    expect(answers.map(({ data }) => data)).toStrictEqual(
      answers.map(() => 'OK'),
    );
  });

  it('does not reach any other instance', async () => {
    const cloud = await startCloud();
    const before = axios.create();
    attachAsposeToken(axios.create(), tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });

    for (const instance of [before, axios, axios.create()])
      expect((await instance.get(`${cloud.url}${STATUS}`, toAny)).status).toBe(
        401,
      );
    expect(cloud.counters.callsWithoutToken).toBe(3);
  });

  it('two sources to one instance gives each origin the token of its own', async () => {
    const [one, two] = [await startCloud(), await startCloud()];
    const instance = axios.create();
    attachAsposeToken(instance, tokensOf(one), { allowedOrigins: [one.url] });
    attachAsposeToken(instance, tokensOf(two), { allowedOrigins: [two.url] });

    for (const { url } of [one, two, one])
      expect((await instance.get(`${url}${STATUS}`)).data).toBe('OK');

    expect(one.counters).toMatchObject({ callsWithValidToken: 2 });
    expect(two.counters).toMatchObject({ callsWithValidToken: 1 });
  });

  it('two sources for one origin fails, and changes nothing', async () => {
    const [one, two] = [await startCloud(), await startCloud()];
    const instance = axios.create();
    const second = tokensOf(two);
    attachAsposeToken(instance, tokensOf(one), { allowedOrigins: [one.url] });
    attachAsposeToken(instance, second, { allowedOrigins: [two.url] });

    expect(() =>
      attachAsposeToken(instance, second, {
        allowedOrigins: [two.url, one.url],
      }),
    ).toThrow(
      `The token cannot be attached:\n  - ${one.url} gets the tokens of a source of the mode static from this HTTP client, and cannot get those of a source of the mode static as well.`,
    );
    for (const { url } of [one, two])
      expect((await instance.get(`${url}${STATUS}`)).data).toBe('OK');
  });

  it('to nothing but the given origins: those of the token source are not added', async () => {
    const [cloud, other] = [await startCloud(), await startCloud()];
    const { tokens } = await nestApp().overCloud(cloud).start();
    const instance = axios.create(toAny);
    attachAsposeToken(instance, tokens, { allowedOrigins: [other.url] });

    await instance.get(`${cloud.url}${STATUS}`);
    await instance.get(`${other.url}${STATUS}`);

    expect(cloud.counters.callsWithoutToken).toBe(1);
    // Once, and once more with a renewed one: this emulator knows neither.
    expect(other.counters.callsWithInvalidToken).toBe(2);
  });

  it.each([
    ['no origin at all', undefined, 'allowedOrigins is missing'],
    [
      'an origin with a path',
      ['https://api.aspose.cloud/v4.0'],
      'without a path',
    ],
    [
      'an http: origin beyond this machine',
      ['http://aspose.internal'],
      'https:',
    ],
    ['no URL', ['api.aspose.cloud'], 'must be a URL'],
  ])('fails at once with %s', (_, allowedOrigins, advice) => {
    const tokens = new StaticTokenSource(new AccessToken('token'));
    const instance = axios.create();

    expect(() =>
      attachAsposeToken(instance, tokens, { allowedOrigins }),
    ).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringContaining(advice),
      }),
    );
  });
});

describe('Attaching nothing', () => {
  it('without tokens says what to pass', () => {
    expect(() =>
      attachAsposeToken(axios.create(), undefined as unknown as TokenSource),
    ).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringContaining('There is no token source'),
      }),
    );
  });
});

describe('Detaching', () => {
  it('leaves later requests alone', async () => {
    const cloud = await startCloud();
    const instance = axios.create(toAny);
    const detach = attachAsposeToken(instance, tokensOf(cloud), {
      allowedOrigins: [cloud.url],
    });

    const attached = await instance.get(`${cloud.url}${STATUS}`);
    detach();
    const detached = await instance.get(`${cloud.url}${STATUS}`);

    expect([attached.status, detached.status]).toStrictEqual([200, 401]);
  });

  it('one source leaves the other one attached', async () => {
    const [one, two] = [await startCloud(), await startCloud()];
    const instance = axios.create(toAny);
    const detach = attachAsposeToken(instance, tokensOf(one), {
      allowedOrigins: [one.url],
    });
    attachAsposeToken(instance, tokensOf(two), { allowedOrigins: [two.url] });

    detach();

    expect((await instance.get(`${one.url}${STATUS}`)).status).toBe(401);
    expect((await instance.get(`${two.url}${STATUS}`)).status).toBe(200);
  });

  it('twice leaves alone what was attached in between', async () => {
    const cloud = await startCloud();
    const tokens = tokensOf(cloud);
    const destination = { allowedOrigins: [cloud.url] };
    const instance = axios.create(toAny);
    const stale = attachAsposeToken(instance, tokens, destination);
    stale();
    const detach = attachAsposeToken(instance, tokens, destination);

    stale();

    expect((await instance.get(`${cloud.url}${STATUS}`)).status).toBe(200);
    expect(attachAsposeToken(instance, tokens, destination)).toBe(detach);
    detach();
    expect((await instance.get(`${cloud.url}${STATUS}`)).status).toBe(401);
  });

  it.each<[string, (tokens: TokenLayer) => void]>([
    ['by itself when its source is closed', (tokens) => tokens.close()],
    [
      'with the source of an app that has nothing to close',
      (tokens) => announceClosing(tokens),
    ],
  ])('%s', async (_, close) => {
    const cloud = await startCloud();
    const [closed, next] = [tokensOf(cloud), tokensOf(cloud)];
    const destination = { allowedOrigins: [cloud.url] };
    const instance = axios.create(toAny);
    const detach = attachAsposeToken(instance, closed, destination);

    close(closed);

    expect((await instance.get(`${cloud.url}${STATUS}`)).status).toBe(401);
    attachAsposeToken(instance, next, destination);
    detach();
    expect((await instance.get(`${cloud.url}${STATUS}`)).status).toBe(200);
  });

  it('by closing leaves room for the same source', async () => {
    const cloud = await startCloud();
    const tokens = tokensOf(cloud);
    const destination = { allowedOrigins: [cloud.url] };
    const instance = axios.create(toAny);
    const stale = attachAsposeToken(instance, tokens, destination);
    tokens.close();

    expect(attachAsposeToken(instance, tokens, destination)).not.toBe(stale);
    stale();

    expect((await instance.get(`${cloud.url}${STATUS}`)).status).toBe(200);
  });

  it('keeps no instance in memory that its app has let go of', async () => {
    const tokens = new StaticTokenSource(new AccessToken('token'));
    const destination = { allowedOrigins: ['https://api.aspose.cloud'] };
    let collected = 0;
    const registry = new FinalizationRegistry(() => (collected += 1));

    for (let round = 0; round < 100; round += 1) {
      const instance = axios.create();
      attachAsposeToken(instance, tokens, destination);
      registry.register(instance, undefined);
    }

    await vi.waitFor(
      async () => {
        await MemoryGrowth.start();
        expect(collected).toBeGreaterThan(90);
      },
      { timeout: 20_000 },
    );
  });
});
