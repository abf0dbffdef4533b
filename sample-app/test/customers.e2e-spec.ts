import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CustomersModule } from '../src/customers/customers.module.js';
import { discUsage } from '../src/local-cloud/storage.routes.js';
import { type SampleApp, startSampleApp } from './support/sample-app.js';

const CUSTOMERS_FILE = fileURLToPath(
  new URL('../fixtures/customers.json', import.meta.url),
);
const [acme, globex] = JSON.parse(await readFile(CUSTOMERS_FILE, 'utf8')) as [
  Account,
  Account,
];

interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
}

const asCustomer = (key: string): RequestInit => ({
  headers: { 'x-customer-key': key },
});

describe('GET /customer/storage', () => {
  let cloud: AsposeCloudEmulator;
  let sample: SampleApp;

  const usage = (init?: RequestInit) =>
    fetch(`${sample.url}/customer/storage`, init);

  beforeAll(async () => {
    cloud = await AsposeCloudEmulator.start({
      clients: {
        [acme.clientId]: acme.clientSecret,
        [globex.clientId]: globex.clientSecret,
      },
    });
    cloud.route('GET', '/v4.0/cells/storage/disc', discUsage);
    sample = await startSampleApp(
      {
        ASPOSE_CLIENT_ID: cloud.clientId,
        ASPOSE_CLIENT_SECRET: cloud.clientSecret,
        ASPOSE_BASE_URL: cloud.url,
        CUSTOMERS_FILE,
      },
      CustomersModule,
    );
  });

  afterAll(async () => {
    await sample[Symbol.asyncDispose]();
    await cloud.close();
  });

  it('asks Aspose with the token of the customer who calls', async () => {
    for (const [key, { clientId }] of [
      ['key-of-acme', acme],
      ['key-of-globex', globex],
      ['key-of-acme', acme],
    ] as const) {
      const answer = await usage(asCustomer(key));

      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ TotalSize: 1024 ** 3 });
      expect(cloud.apiCalls.at(-1)).toMatchObject({ clientId });
    }
  });

  it('keeps customers apart who call at once, also when their tokens are revoked', async () => {
    cloud.revokeAll();
    cloud.resetCounters();
    const keys = ['key-of-acme', 'key-of-globex'];

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, call) =>
        usage(asCustomer(keys[call % 2]!)),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const served = cloud.apiCalls.filter(({ token }) => token === 'valid');
    for (const { clientId } of [acme, globex])
      expect(served.filter((call) => call.clientId === clientId)).toHaveLength(
        10,
      );
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it("leaves the app's own calls to its own account", async () => {
    await fetch(`${sample.url}/storage`, asCustomer('key-of-acme'));

    expect(cloud.apiCalls.at(-1)).toMatchObject({ clientId: cloud.clientId });
  });

  it.each([
    ['no key', {}],
    ['an empty key', asCustomer('')],
    ['a key of nobody', asCustomer('key-of-initech')],
    ['the id of a customer', asCustomer('acme')],
    ['the hash of a key', asCustomer((acme as never)['keySha256'])],
  ])('turns away who sends %s, and asks Aspose nothing', async (_, init) => {
    const callsBefore = cloud.apiCalls.length;

    const answer = await usage(init);

    expect(answer.status).toBe(401);
    expect(cloud.apiCalls).toHaveLength(callsBefore);
  });
});
