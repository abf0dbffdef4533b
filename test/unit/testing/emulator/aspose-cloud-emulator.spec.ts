import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/index.js';
import { scaled } from '../../../support/scale.js';
import {
  askFor,
  callApi,
  fetchToken,
  requestToken,
} from './emulator-requests.js';

const CALLS = scaled(100, 1_000);

describe('AsposeCloudEmulator', () => {
  it('starts on a free loopback port with plausible credentials', async () => {
    await using cloud = await AsposeCloudEmulator.start();
    await using other = await AsposeCloudEmulator.start();

    expect(cloud.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(other.url).not.toBe(cloud.url);
    expect(cloud.clientId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(cloud.clientSecret).toMatch(/^[\da-f]{32}$/);
    expect(cloud.lifetimeSeconds).toBe(86_400);
  });

  it('starts with the credentials, lifetime and port it is given', async () => {
    const first = await AsposeCloudEmulator.start();
    const port = Number(new URL(first.url).port);
    await expect(AsposeCloudEmulator.start({ port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await first.close();

    await using cloud = await AsposeCloudEmulator.start({
      clientId: 'an id',
      clientSecret: 'a secret',
      lifetimeSeconds: 60,
      port,
    });
    const answer = await requestToken(cloud, {
      client_id: 'an id',
      client_secret: 'a secret',
    });

    expect(cloud.url).toBe(first.url);
    expect(await answer.json()).toMatchObject({ expires_in: 60 });
  });

  it('knows further clients by their secrets, and whose token a call came with', async () => {
    await using cloud = await AsposeCloudEmulator.start({
      clients: { acme: 'of-acme', globex: 'of-globex' },
    });
    const statusOf = async (client_id: string, client_secret: string) =>
      (await requestToken(cloud, { client_id, client_secret })).status;

    expect(await statusOf('acme', 'of-acme')).toBe(200);
    expect(await statusOf('acme', 'of-globex')).toBe(400);
    expect(await statusOf('acme', cloud.clientSecret)).toBe(400);
    expect(await statusOf('toString', 'of-acme')).toBe(400);
    await callApi(cloud, cloud.issueToken('globex'));
    await callApi(cloud, cloud.issueToken());
    await callApi(cloud, 'of nobody');
    expect(cloud.apiCalls.map(({ clientId }) => clientId)).toEqual([
      'globex',
      cloud.clientId,
      undefined,
    ]);
  });

  it('goes by the wall clock unless given another', async () => {
    await using cloud = await AsposeCloudEmulator.start();
    const before = Date.now();
    const token = await fetchToken(cloud);

    expect((await callApi(cloud, token)).status).toBe(200);
    expect(cloud.tokenRequests[0]?.at).toBeGreaterThanOrEqual(before);
    expect(cloud.tokenRequests[0]?.at).toBeLessThanOrEqual(Date.now());
  });

  it('delays every answer by its latency', async () => {
    await using cloud = await AsposeCloudEmulator.start();
    cloud.latencyMs = 30;
    const started = performance.now();
    const token = await fetchToken(cloud);
    const between = performance.now();
    await callApi(cloud, token);

    expect(between - started).toBeGreaterThan(28);
    expect(performance.now() - between).toBeGreaterThan(28);
  });

  it('forgets counts and requests on reset, but neither tokens nor bans', async () => {
    await using cloud = await AsposeCloudEmulator.start({ banAfter: 1 });
    const { counters, tokenRequests, apiCalls } = cloud;
    const token = await fetchToken(cloud);
    await requestToken(cloud, { client_secret: 'wrong' });
    await callApi(cloud, token);
    expect(counters).toEqual({
      tokenRequests: 2,
      tokensIssued: 1,
      refusedTokenRequests: 1,
      bannedTokenRequests: 0,
      callsWithValidToken: 1,
      callsWithInvalidToken: 0,
      callsWithoutToken: 0,
    });
    cloud.resetCounters();

    expect(Object.values(counters)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect([...tokenRequests, ...apiCalls]).toEqual([]);
    expect((await callApi(cloud, token)).status).toBe(200);
    expect((await requestToken(cloud, { client_secret: 'wrong' })).status).toBe(
      429,
    );
  });

  it(`serves ${CALLS} concurrent token requests and calls`, async () => {
    await using cloud = await AsposeCloudEmulator.start();
    const atOnce = <T>(run: () => Promise<T>) =>
      Promise.all(Array.from({ length: CALLS }, run));
    const tokens = await atOnce(() => fetchToken(cloud));
    const answers = await atOnce(() => callApi(cloud, tokens.at(-1)));

    expect(new Set(tokens).size).toBe(CALLS);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(cloud.counters).toMatchObject({
      tokenRequests: CALLS,
      tokensIssued: CALLS,
      callsWithValidToken: CALLS,
    });
  }, 60_000);
});

describe('The faults of the emulator', () => {
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start();
  });
  afterEach(() => cloud.close());

  describe.each(['token', 'api'] as const)('on the %s path', (path) => {
    it('happen as often as told, after those queued before', async () => {
      cloud.failNext({ kind: 'answer', status: 500 }, { path, times: 2 });
      cloud.failNext({ kind: 'answer', status: 503 }, { path });
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++)
        statuses.push((await askFor(cloud, path)).status);

      expect(statuses).toEqual([500, 500, 503, 200]);
    });

    it('can last until the emulator heals', async () => {
      cloud.failNext(
        { kind: 'answer', status: 500 },
        { path, times: Infinity },
      );
      for (let i = 0; i < 20; i++) {
        expect((await askFor(cloud, path)).status).toBe(500);
      }
      cloud.heal();

      expect((await askFor(cloud, path)).status).toBe(200);
    });
  });

  it('wait for token requests unless told otherwise', async () => {
    cloud.failNext({ kind: 'answer', status: 500 });

    expect((await askFor(cloud, 'api')).status).toBe(200);
    expect((await askFor(cloud, 'token')).status).toBe(500);
  });
});
