import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  AsposeCloudEmulator,
  type EmulatorFault,
} from '../../../../lib/testing/index.js';
import {
  askFor,
  callApi,
  fetchToken,
  requestToken,
} from './emulator-requests.js';
import { ManualNow } from './manual-now.js';

describe('A fault that replaces the answer', () => {
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start();
  });
  afterEach(() => cloud.close());

  describe.each(['token', 'api'] as const)('on the %s path', (path) => {
    const meet = async (fault: EmulatorFault) => {
      cloud.failNext(fault, { path });
      const answer = await fetchWithoutRedirect();
      const headers = Object.fromEntries(answer.headers);
      return { status: answer.status, headers, body: await answer.text() };
    };
    const fetchWithoutRedirect = () =>
      path === 'token'
        ? fetch(`${cloud.url}/connect/token`, {
            method: 'POST',
            redirect: 'manual',
          })
        : callApi(cloud, cloud.issueToken(), '/v4.0/cells', {
            redirect: 'manual',
          });

    it('refuses', async () => {
      expect(await meet({ kind: 'refuse' })).toMatchObject({
        status: 400,
        body: '{"error":"invalid_client"}',
      });
    });

    it('is unauthorized, with any body', async () => {
      expect(await meet({ kind: 'unauthorized' })).toMatchObject({
        status: 401,
        headers: {
          'www-authenticate':
            'Bearer error="invalid_token", error_description="The signature is invalid"',
        },
        body: '',
      });
      expect(
        await meet({ kind: 'unauthorized', body: { Message: 'no' } }),
      ).toMatchObject({ status: 401, body: '{"Message":"no"}' });
    });

    it('throttles, bare or with Retry-After', async () => {
      const bare = await meet({ kind: 'throttle' });
      expect(bare).toMatchObject({ status: 429, body: '' });
      expect(bare.headers).not.toHaveProperty('retry-after');
      expect(
        await meet({ kind: 'throttle', status: 503, retryAfter: '7' }),
      ).toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
    });

    it('is the page of a load balancer', async () => {
      expect(await meet({ kind: 'html' })).toMatchObject({
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: expect.stringContaining('<h1>502 Bad Gateway</h1>') as string,
      });
      expect(await meet({ kind: 'html', status: 503 })).toMatchObject({
        status: 503,
      });
    });

    it('redirects', async () => {
      const location = 'http://127.0.0.1:9/elsewhere';
      expect(await meet({ kind: 'redirect', location })).toMatchObject({
        status: 307,
        headers: { location },
      });
      expect(
        await meet({ kind: 'redirect', location, status: 302 }),
      ).toMatchObject({ status: 302 });
    });

    it('is empty, with any status', async () => {
      expect(await meet({ kind: 'answer' })).toMatchObject({
        status: 200,
        body: '',
      });
      expect(await meet({ kind: 'answer', status: 503 })).toMatchObject({
        status: 503,
        body: '',
      });
    });

    it('has any headers and body', async () => {
      expect(
        await meet({
          kind: 'answer',
          status: 500,
          body: 'oops',
          headers: { 'Content-Type': 'text/plain', 'X-Trace': '1' },
        }),
      ).toMatchObject({
        status: 500,
        headers: { 'content-type': 'text/plain', 'x-trace': '1' },
        body: 'oops',
      });
    });

    it.each([
      ['an object', { expires_in: '60' }, '{"expires_in":"60"}'],
      ['a list', [], '[]'],
      ['null', null, 'null'],
      ['a string, as it is', '"eyJ.a.b"', '"eyJ.a.b"'],
    ])('answers with %s', async (_, body, onTheWire) => {
      expect(await meet({ kind: 'answer', body })).toMatchObject({
        status: 200,
        headers: { 'content-type': 'application/json; charset=UTF-8' },
        body: onTheWire,
      });
    });

    it('resets the connection', async () => {
      cloud.failNext({ kind: 'reset' }, { path });

      await expect(askFor(cloud, path)).rejects.toMatchObject({
        cause: { code: 'ECONNRESET' },
      });
      expect((await askFor(cloud, path)).status).toBe(200);
    });

    it('hangs until the emulator closes', async () => {
      cloud.failNext({ kind: 'hang' }, { path });
      const hanging = askFor(cloud, path).catch((error: unknown) => error);
      await expect
        .poll(() => cloud.tokenRequests.length + cloud.apiCalls.length)
        .toBe(1);

      expect(await isSettled(hanging)).toBe(false);
      await cloud.close();
      expect(await hanging).toBeInstanceOf(TypeError);
    });
  });

  it('issues no token when the answer is lost', async () => {
    cloud.failNext({ kind: 'reset' });
    await requestToken(cloud).catch(() => undefined);

    expect(cloud.counters).toMatchObject({ tokenRequests: 1, tokensIssued: 0 });
  });
});

describe('A fault that delivers the answer badly', () => {
  const now = new ManualNow();
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start({ now: now.read });
  });
  afterEach(() => cloud.close());

  describe.each(['token', 'api'] as const)('on the %s path', (path) => {
    it('delays the whole answer', async () => {
      cloud.failNext({ kind: 'slow-headers', delayMs: 30 }, { path });
      const started = performance.now();

      expect((await askFor(cloud, path)).status).toBe(200);
      expect(performance.now() - started).toBeGreaterThan(28);
    });

    it('delays the second half of the body', async () => {
      cloud.failNext({ kind: 'slow-body', delayMs: 30 }, { path });
      const started = performance.now();

      const answer = await askFor(cloud, path);

      expect(answer.status).toBe(200);
      expect(await answer.json()).toBeDefined();
      expect(performance.now() - started).toBeGreaterThan(28);
    });

    it('cuts the body in half and ends properly', async () => {
      cloud.failNext({ kind: 'truncated' }, { path });
      const body = await (await askFor(cloud, path)).text();

      expect(body.length).toBeGreaterThan(0);
      expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
    });
  });

  it('lets a delayed token age meanwhile', async () => {
    cloud.lifetimeSeconds = 10;
    cloud.failNext({ kind: 'slow-headers', delayMs: 20 });
    const slow = fetchToken(cloud);
    await expect.poll(() => cloud.counters.tokensIssued).toBe(1);
    now.advanceSeconds(10);

    expect((await callApi(cloud, await slow)).status).toBe(401);
  });

  it('spoils what a route streams in parts', async () => {
    cloud.route('GET', '/stream', async (_, response) => {
      await new Promise<void>((written) => {
        response.write('ab', () => written());
      });
      response.write(Buffer.from('cd'));
      response.end('6566', 'hex');
    });
    const read = async () =>
      (await callApi(cloud, cloud.issueToken(), '/stream')).text();

    cloud.failNext({ kind: 'slow-body', delayMs: 1 }, { path: 'api' });
    expect(await read()).toBe('abcdef');
    cloud.failNext({ kind: 'truncated' }, { path: 'api' });
    expect(await read()).toBe('abc');
  });

  it('breaks off a truncated answer whose length is already promised', async () => {
    cloud.route('GET', '/sized', (_, response) => {
      response.writeHead(200, { 'Content-Length': 4 }).end('body');
    });
    cloud.route('GET', '/sizeable', (_, response) => {
      response.setHeader('Content-Length', 4).end('body');
    });
    cloud.failNext({ kind: 'truncated' }, { path: 'api', times: 2 });
    const read = async (path: string) =>
      (await callApi(cloud, cloud.issueToken(), path)).text();

    await expect(read('/sized')).rejects.toThrow();
    expect(await read('/sizeable')).toBe('bo');
  });
});

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const first = await Promise.race([
    promise,
    new Promise((resolve) => setTimeout(resolve, 10, pending)),
  ]);
  return first !== pending;
}
