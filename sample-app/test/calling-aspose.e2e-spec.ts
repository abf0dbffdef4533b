import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';

import { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from 'vitest';

import { discUsage, objectExists } from '../src/local-cloud/storage.routes.js';
import { type SampleApp, startSampleApp } from './support/sample-app.js';

const FIXTURE = new URL('../fixtures/quarterly-sales.xlsx', import.meta.url);
const WAYS = [
  ['HttpService', '/status'],
  ['fetch', '/storage'],
  ['the SDK', '/files/quarterly-sales.xlsx'],
] as const;

const settingsOf = (cloud: AsposeCloudEmulator): Record<string, string> => ({
  ASPOSE_CLIENT_ID: cloud.clientId,
  ASPOSE_CLIENT_SECRET: cloud.clientSecret,
  ASPOSE_BASE_URL: `${cloud.url}/`,
});

describe('With the local cloud', () => {
  let sample: SampleApp;

  beforeAll(async () => {
    sample = await startSampleApp();
  });

  afterAll(() => sample[Symbol.asyncDispose]());

  it('GET /status tells, through HttpService, what Aspose Cells says', async () => {
    const answer = await fetch(`${sample.url}/status`);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ cells: 'OK' });
  });

  it('GET /storage tells, through fetch, what is used and free', async () => {
    const { size } = await stat(FIXTURE);

    const answer = await fetch(`${sample.url}/storage`);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      usedBytes: size,
      freeBytes: 1024 ** 3 - size,
    });
  });

  it.each([
    ['quarterly-sales.xlsx', true],
    ['yearly-sales.xlsx', false],
    ['folder/quarterly-sales.xlsx', false],
    ['quarterly-sales.xlsx?versionId=1', false],
    ['100 %.xlsx', false],
  ])(
    'GET /files/:name tells, through the SDK, whether there is "%s": %s',
    async (name, exists) => {
      const answer = await fetch(
        `${sample.url}/files/${encodeURIComponent(name)}`,
      );

      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ name, exists });
    },
  );

  it.each(['%2E', '%2E%2E'])(
    'GET /files/%s is answered 400: no encoding keeps such a name from being read as a folder',
    async (name) => {
      // fetch would resolve it.
      const request = get(`${sample.url}/files/`, { path: `/files/${name}` });
      const [{ statusCode }] = (await once(request, 'response')) as [
        IncomingMessage,
      ];

      expect(statusCode).toBe(400);
    },
  );

  it('takes one token for all of them', async () => {
    await Promise.all(WAYS.map(([, path]) => fetch(sample.url + path)));

    expect(sample.countTokenRequests()).toBe(1);
  });
});

it('answers 504 when Aspose has not answered the SDK for a minute', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  await using cloud = await AsposeCloudEmulator.start();
  const asked = new Promise<void>((resolve) => {
    cloud.route('GET', /exist/, () => resolve());
  });
  await using sample = await startSampleApp(settingsOf(cloud));

  const answer = fetch(`${sample.url}/files/quarterly-sales.xlsx`);
  await asked;
  vi.advanceTimersByTime(60_000);

  expect(await answer).toHaveProperty('status', 504);
});

describe.each(WAYS)('When Aspose fails, through %s', (_, path) => {
  let cloud: AsposeCloudEmulator;
  let sample: SampleApp;

  beforeAll(async () => {
    cloud = await AsposeCloudEmulator.start();
    cloud.route('GET', '/v4.0/cells/storage/disc', discUsage);
    cloud.route('GET', /^\/v4\.0\/cells\/storage\/exist\//, objectExists);
    sample = await startSampleApp(settingsOf(cloud));
  });

  afterEach(() => cloud.heal());

  afterAll(async () => {
    await sample[Symbol.asyncDispose]();
    await cloud.close();
  });

  it('a revoked token is replaced', async () => {
    cloud.revokeAll();

    const answer = await fetch(sample.url + path);

    expect(answer.status).toBe(200);
  });

  it.each([400, 404])(
    'its %i is passed on, with its words about what was asked for',
    async (status) => {
      cloud.failNext(
        { kind: 'answer', status, body: { message: 'No such workbook.' } },
        { path: 'api' },
      );

      const answer = await fetch(sample.url + path);

      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({
        message: 'No such workbook.',
      });
    },
  );

  it.each([
    [403, 502],
    [429, 503],
    [500, 502],
    [503, 503],
  ])(
    'its %i is answered with %i, without its words',
    async (status, expected) => {
      cloud.failNext(
        { kind: 'answer', status, body: { message: 'internal detail' } },
        { path: 'api' },
      );

      const answer = await fetch(sample.url + path);

      expect(answer.status).toBe(expected);
      expect(await answer.text()).not.toContain('internal detail');
    },
  );

  it('a 401 to every token is answered with 502', async () => {
    cloud.failNext(
      {
        kind: 'answer',
        status: 401,
        headers: { 'WWW-Authenticate': 'Bearer' },
      },
      { path: 'api', times: 3 },
    );

    const answer = await fetch(sample.url + path);

    expect(answer.status).toBe(502);
    expect(answer.headers.get('www-authenticate')).toBeNull();
  });

  it('a broken connection is answered with 502', async () => {
    cloud.failNext({ kind: 'reset' }, { path: 'api' });

    const answer = await fetch(sample.url + path);

    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({
      message: 'Aspose Cloud gave no usable answer.',
    });
  });

  it('the lack of a token is answered with 503', async () => {
    cloud.failNext({ kind: 'throttle', retryAfter: '7' }, { times: Infinity });
    await using withoutToken = await startSampleApp(settingsOf(cloud));
    const callsBefore = cloud.apiCalls.length;

    const answer = await fetch(withoutToken.url + path);

    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-7]$/);
    expect(cloud.apiCalls).toHaveLength(callsBefore);
  });
});
