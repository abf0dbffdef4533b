import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/emulator/aspose-cloud-emulator.js';
import { askFor, callApi, fetchToken } from './emulator-requests.js';
import { ManualNow } from './manual-now.js';

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
