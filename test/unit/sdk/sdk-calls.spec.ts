import { stat } from 'node:fs/promises';
import http from 'node:http';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { describe, expect, it, vi } from 'vitest';

import { failedCallOf, isRepeatable } from '../../../lib/http/failed-call.js';
import {
  AccessToken,
  AsposeAuthErrorCode,
  AsposeTokenService,
  TokenSource,
} from '../../../lib/index.js';
import { withAsposeTokens } from '../../../lib/sdk/index.js';
import { AsposeAuthTestingModule } from '../../../lib/testing/index.js';
import { startCloud } from '../../support/cloud.js';
import { nestApp } from '../../support/nest-app.js';
import { rejectionOf } from '../../support/rejection.js';
import {
  FakeConversionApi,
  FakePdfApi,
  FakeViewerApi,
} from '../../support/sdk-fakes.js';

const STATUS = '/v4.0/cells';

const KINDS = [
  ['the request package', FakeViewerApi],
  ['axios', FakeConversionApi],
] as const;

describe.each(KINDS)('A call of an SDK over %s', (_, Api) => {
  async function start() {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    await tokens.getToken();
    return { cloud, tokens, api: withAsposeTokens(new Api(cloud.url), tokens) };
  }

  it('is made again after a revocation, whatever the SDK says', async () => {
    const { cloud, api } = await start();
    cloud.revokeAll();

    await Promise.all(Array.from({ length: 100 }, async () => api.get(STATUS)));

    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 100,
      callsWithValidToken: 100,
    });
  });

  it('is not made again with a stream, and the next has another token', async () => {
    const { cloud, api } = await start();
    cloud.revokeAll();
    const file = new PassThrough();

    const error = await rejectionOf(api.get(STATUS, { file }));

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      message: expect.stringContaining('give the SDK a Buffer'),
    });
    expect(isRepeatable(error as object)).toBe(false);
    await api.get(STATUS);
    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 1,
      callsWithValidToken: 1,
    });
    // It was not read by the call, and is its owner's.
    file.end('a workbook');
    expect(await text(file)).toBe('a workbook');
  });

  it('ends where the SDK says nothing, with what was answered', async () => {
    const { cloud, api } = await start();
    cloud.failNext(
      {
        kind: 'answer',
        status: 503,
        headers: { 'Retry-After': '7' },
        body: 'Not now.',
      },
      { path: 'api' },
    );

    const error = await rejectionOf(api.get(STATUS));

    const { statusCode, code, headers } = error as Record<string, unknown>;
    expect(statusCode ?? code).toBe(503);
    expect(headers).toStrictEqual({ 'retry-after': '7' });
    expect(failedCallOf(error)).toBe(`${Api.name}.get`);
  });

  it('says why the network failed', async () => {
    const { cloud, api } = await start();
    cloud.failNext({ kind: 'reset' }, { path: 'api' });

    expect(await rejectionOf(api.get(STATUS))).toMatchObject({
      code: 'ECONNRESET',
    });
  });

  it('is passed its 401 where there is no other token', async () => {
    const { cloud, api } = await start();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });

    for (let call = 0; call < 3; call += 1)
      expect(await rejectionOf(api.get(STATUS))).toBeInstanceOf(Object);

    expect(cloud.counters.tokenRequests).toBe(2);
    expect(cloud.apiCalls).toHaveLength(4);
  });

  it('waits for a renewal that takes its time', async () => {
    const { cloud, api } = await start();
    cloud.revokeAll();
    cloud.failNext({ kind: 'slow-headers', delayMs: 300 });

    expect(await api.get(STATUS)).toContain('OK');
  });

  it('calls nothing but this machine under test', async () => {
    const { app } = await nestApp()
      .importing(AsposeAuthTestingModule.forRoot())
      .start();
    const tokens = app.get(AsposeTokenService);
    const api = withAsposeTokens(new Api('https://api.aspose.cloud'), tokens);

    expect(await rejectionOf(api.get(STATUS))).toMatchObject({
      code: AsposeAuthErrorCode.NETWORK_BLOCKED,
    });
  });
});

describe('An API object', () => {
  async function start() {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    const raw = new FakeConversionApi(cloud.url);
    return { cloud, raw, api: withAsposeTokens(raw, tokens) };
  }

  it('has methods that are not async, too', async () => {
    const { api } = await start();

    expect(api.nameOf('book')).toBe('the name of book');
    expect(() => api.nameOf(undefined)).toThrow(TypeError);
  });

  it('keeps a spy of a test, and its own method when that is restored', async () => {
    const { cloud, raw, api } = await start();
    const spy = vi.spyOn(api, 'nameOf').mockReturnValue('a spy');

    expect(api.nameOf('book')).toBe('a spy');
    expect(spy).toHaveBeenCalledOnce();
    spy.mockRestore();

    const nameOf = Reflect.get(api, 'nameOf') as () => unknown;
    const get = Reflect.get(api, 'get') as (path: string) => unknown;
    expect(Reflect.get(api, 'nameOf')).toBe(nameOf);
    Reflect.set(api, 'nameOf', nameOf);
    expect(Reflect.get(api, 'nameOf')).toBe(nameOf);
    expect(api.nameOf('book')).toBe('the name of book');
    expect(await get(STATUS)).toContain('OK');
    Object.assign(api, { note: 'mine' });
    expect(raw).toHaveProperty('note', 'mine');
    expect(cloud.counters.callsWithValidToken).toBe(1);
  });

  it('shows no proxy the token of a call by https', async () => {
    const { tokens } = await nestApp()
      .with({ accessToken: 'the-token' })
      .start();
    const api = new FakeConversionApi('https://api.aspose.cloud');
    const ofOldAxios = withAsposeTokens(api, tokens);
    let sent = '';
    // As axios before 1.16.1 does: by the agent for http.
    api.get = async function get(path) {
      const options: Record<string, unknown> = {
        url: `https://api.aspose.cloud${path}`,
      };
      await this.configuration.authentication.applyToRequest(options, {});
      return new Promise((resolve, reject) => {
        const request = http.request({
          host: '127.0.0.1',
          port: 9,
          headers: options['headers'] as Record<string, string>,
          agent: options['httpAgent'] as http.Agent,
        });
        request.once('socket', () => (sent = 'sent'));
        request
          .once('error', reject)
          .once('response', () => resolve(''))
          .end();
      });
    };

    expect(await rejectionOf(ofOldAxios.get(STATUS))).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
    });
    expect(sent).toBe('');
  });
});

describe('An API object that shares its configuration with another', () => {
  it('sends its own tokens, however late it asks for them', async () => {
    const [one, two] = [await startCloud(), await startCloud()];
    const ofOne = await nestApp().overCloud(one).start();
    const ofTwo = await nestApp().overCloud(two).start();
    class LateApi extends FakeViewerApi {
      override async get(path: string) {
        await new Promise(setImmediate);
        return super.get(path);
      }
    }
    const [raw, other] = [new LateApi(one.url), new FakeViewerApi(two.url)];
    Object.assign(other, { configuration: raw.configuration });
    const api = withAsposeTokens(raw, ofOne.tokens);
    raw.configuration.apiBaseUrl = two.url;
    const late = withAsposeTokens(other, ofTwo.tokens);
    raw.configuration.apiBaseUrl = one.url;

    const calling = api.get(STATUS);
    await rejectionOf(late.get(STATUS));

    expect(await calling).toContain('OK');
    expect(one.counters.callsWithValidToken).toBe(1);
    expect(two.counters.tokenRequests).toBe(0);
  });
});

describe('A call of an SDK that handles a 401 itself', () => {
  it('is not made again by this package', async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });
    let issued = 0;
    class EndlessTokens extends TokenSource {
      override async getToken() {
        return new AccessToken(`token-${(issued += 1)}`);
      }

      override get allowedOrigins() {
        return [cloud.url];
      }
    }
    class StatusPdfApi extends FakePdfApi {
      override async get(path: string): Promise<string> {
        return super.get(path).catch((error: unknown) => {
          throw Object.assign(error as Error, { code: 401 });
        });
      }
    }
    const pdf = withAsposeTokens(
      new StatusPdfApi(cloud.url),
      new EndlessTokens(),
    );

    expect(await rejectionOf(pdf.get(STATUS))).toMatchObject({ code: 401 });
    expect(cloud.apiCalls).toHaveLength(2);
    expect(issued).toBe(2);
  });
});

describe('A method of the app that makes several calls', () => {
  /** Asks for a file, and has it made where there is none: that takes its time. */
  class MakingApi extends FakeViewerApi {
    made = 0;

    async getOrMake(path: string): Promise<string> {
      const missing = super.get(path).catch((error: unknown) => error);
      if ((await missing) instanceof Error) this.made += 1;
      return super.get(`${path}/made`);
    }

    async makeAndGet(path: string): Promise<string> {
      await super.get(`${path}/made`);
      this.made += 1;
      return super.get(path);
    }

    async misread(path: string): Promise<string> {
      return JSON.parse(await super.get(path)) as string;
    }

    async fileFailure(path: string): Promise<string> {
      return super.get(path).catch(async (error: unknown) => {
        const isThere = stat(__filename);
        block(600);
        await isThere;
        throw error;
      });
    }
  }

  function block(forMs: number) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
  }

  async function start() {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    await tokens.getToken();
    cloud.route('GET', `${STATUS}/made`, (_, response) => {
      setTimeout(() => response.end('made'), 600);
    });
    const raw = new MakingApi(cloud.url);
    return { cloud, raw, api: withAsposeTokens(raw, tokens) };
  }

  const answer = (status: number, body: string) =>
    ({ kind: 'answer', status, body }) as const;

  it('goes on after a failure that it expects', async () => {
    const { cloud, raw, api } = await start();
    cloud.failNext(answer(404, '{"error":"none"}'), { path: 'api' });

    expect(await api.getOrMake(STATUS)).toBe('made');
    expect(raw.made).toBe(1);
  });

  it('is not made again where a part of it is done, and the next call has another token', async () => {
    const { cloud, raw, api } = await start();
    cloud.route('GET', `${STATUS}/made`, (_, response) => {
      cloud.revokeAll();
      response.end('made');
    });

    expect(await rejectionOf(api.makeAndGet(STATUS))).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      message: expect.stringContaining('may be done already'),
    });
    expect(raw.made).toBe(1);
    expect(await api.get(STATUS)).toContain('OK');
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('fails as itself in a process that is busy', async () => {
    const { cloud, api } = await start();
    cloud.failNext(answer(503, '{"error":"its own"}'), { path: 'api' });

    expect(await rejectionOf(api.fileFailure(STATUS))).toMatchObject({
      message: '{"error":"its own"}',
    });
  });

  it('does not fail with the status of a success, which Nest would answer with', async () => {
    const { cloud, api } = await start();
    cloud.failNext(answer(200, 'no JSON'), { path: 'api' });

    const error = await rejectionOf(api.misread(STATUS));

    expect(error).toBeInstanceOf(SyntaxError);
    expect(error).not.toHaveProperty('statusCode');
  });
});

describe.each(KINDS)('A call of an SDK over %s', (_, Api) => {
  it('ends where the connection does, with no answer to it', async () => {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    cloud.route('GET', STATUS, (_request, response) => {
      response.socket?.end(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      );
    });
    const api = withAsposeTokens(new Api(cloud.url), tokens);

    expect(await rejectionOf(api.get(STATUS))).toMatchObject({
      code: 'ECONNRESET',
    });
  });
});
