import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  AsposeCloudEmulator,
  type EmulatorFault,
} from '../../../../lib/testing/emulator/aspose-cloud-emulator.js';
import { askFor, callApi, requestToken } from './emulator-requests.js';

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

    it('is unauthorized, with any challenge and body', async () => {
      expect(await meet({ kind: 'unauthorized' })).toMatchObject({
        status: 401,
        headers: {
          'www-authenticate':
            'Bearer error="invalid_token", error_description="The signature is invalid"',
        },
        body: '',
      });
      expect(
        await meet({
          kind: 'unauthorized',
          wwwAuthenticate: 'Bearer realm="x"',
          body: { Message: 'no' },
        }),
      ).toMatchObject({
        headers: { 'www-authenticate': 'Bearer realm="x"' },
        body: '{"Message":"no"}',
      });
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

    it('is empty', async () => {
      expect(await meet({ kind: 'empty' })).toMatchObject({
        status: 200,
        body: '',
      });
      expect(await meet({ kind: 'empty', status: 204 })).toMatchObject({
        status: 204,
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

    it('is any status, with or without a body', async () => {
      expect(await meet({ kind: 'status', status: 503 })).toMatchObject({
        status: 503,
        body: '',
      });
      expect(
        await meet({
          kind: 'status',
          status: 500,
          body: 'oops',
          contentType: 'text/plain',
          headers: { 'X-Trace': '1' },
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

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const first = await Promise.race([
    promise,
    new Promise((resolve) => setTimeout(resolve, 10, pending)),
  ]);
  return first !== pending;
}
