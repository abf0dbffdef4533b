import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from 'vitest';

import { CustomersModule } from '../src/customers/customers.module.js';
import {
  startSampleApp,
  type SampleApp,
  workbook,
} from './support/sample-app.js';

const CUSTOMERS_FILE = fileURLToPath(
  new URL('../fixtures/customers.json', import.meta.url),
);
const [acme, globex] = JSON.parse(await readFile(CUSTOMERS_FILE, 'utf8')) as [
  Account,
  Account,
];
const CONVERT = 'v4.0/cells/convert/spreadsheet?format=pdf';

interface Account {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A page that a browser has opened, and what it sends. */
class Visit {
  constructor(
    private readonly url: string,
    private cookie = '',
  ) {}

  static async to(url: string): Promise<Visit> {
    return new Visit(url, cookieOf(await fetch(url)));
  }

  post(path: string, body?: object, origin = this.url) {
    return this.#send('POST', path, body, origin);
  }

  delete(path: string) {
    return this.#send('DELETE', path, undefined, this.url);
  }

  async #send(
    method: string,
    path: string,
    body: object | undefined,
    origin: string,
  ) {
    const answer = await fetch(`${this.url}/${path}`, {
      method,
      headers: {
        origin,
        cookie: this.cookie,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    this.cookie = cookieOf(answer) || this.cookie;
    return answer;
  }

  convert(gateway = 'aspose', origin = this.url) {
    const body = new FormData();
    body.append('Spreadsheet', workbook, 'sales.xlsx');
    return fetch(`${this.url}/${gateway}/${CONVERT}`, {
      method: 'PUT',
      headers: { origin, cookie: this.cookie },
      body,
    });
  }

  get(path: string) {
    return fetch(`${this.url}/${path}`, { headers: { cookie: this.cookie } });
  }
}

function cookieOf({ headers }: Response): string {
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('The page', () => {
  let cloud: AsposeCloudEmulator;
  let sample: SampleApp;
  let visit: Visit;

  beforeAll(async () => {
    cloud = await AsposeCloudEmulator.start({
      clients: {
        [acme.clientId]: acme.clientSecret,
        [globex.clientId]: globex.clientSecret,
      },
    });
    cloud.route(
      'PUT',
      '/v4.0/cells/convert/spreadsheet',
      async (request, response) => {
        const received = await text(request);
        response.end(received.includes('filename="sales.xlsx"') ? '%PDF' : '');
      },
    );
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

  beforeEach(async () => {
    visit = await Visit.to(sample.url);
    cloud.resetCounters();
  });

  afterAll(async () => {
    await sample[Symbol.asyncDispose]();
    await cloud.close();
  });

  it('begins a session that no script sees and no other site uses', async () => {
    const answer = await fetch(sample.url);

    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('set-cookie')).toMatch(
      /^session=[\w-]{43}; Max-Age=28800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers.get('content-security-policy')).not.toContain(
      'unsafe',
    );
  });

  it('ends its session after eight hours', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const visit = await Visit.to(sample.url);
    const end = Date.now() + 8 * 3_600_000;

    vi.setSystemTime(end - 1);
    expect((await visit.get('tour')).status).toBe(200);

    vi.setSystemTime(end);
    expect((await visit.get('tour')).status).toBe(401);
  });

  it('keeps its session when it is loaded again', async () => {
    const again = await visit.get('');

    expect(again.status).toBe(200);
    expect(again.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['tour.js', 'text/javascript'],
    ['tour.css', 'text/css'],
    ['quarterly-sales.xlsx', 'spreadsheetml'],
  ])('comes with %s', async (name, type) => {
    const answer = await visit.get(name);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(type);
  });

  it("sends a workbook with the app's token", async () => {
    const answer = await visit.convert();

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('%PDF');
    expect(cloud.apiCalls.at(-1)).toMatchObject({ clientId: cloud.clientId });
  });

  it('sends a workbook with the token of the customer who has signed in', async () => {
    for (const [key, { clientId }] of [
      ['key-of-acme', acme],
      ['key-of-globex', globex],
    ] as const) {
      const signedIn = await visit.post('customer/session', { key });
      expect(signedIn.status).toBe(200);

      const answer = await visit.convert('customer/aspose');

      expect(answer.status).toBe(200);
      expect(cloud.apiCalls.at(-1)).toMatchObject({ clientId });
    }
  });

  it('shows the console, to who has a session', async () => {
    expect((await visit.get('aspose-console')).status).toBe(200);
    expect((await fetch(`${sample.url}/aspose-console`)).status).toBe(401);
  });

  it.each([
    [
      'a customer who has not signed in',
      () => visit.convert('customer/aspose'),
    ],
    ['who has no session', () => new Visit(sample.url).convert()],
    [
      'who has none, for customers',
      () => new Visit(sample.url).convert('customer/aspose'),
    ],
  ])('turns away %s, and asks Aspose nothing', async (_, call) => {
    expect((await call()).status).toBe(401);
    expect(cloud.apiCalls).toEqual([]);
  });

  it.each([
    undefined,
    {},
    { key: 'key-of-initech' },
    { key: 'acme' },
    { key: [] },
    { key: { toString: 1, valueOf: 1 } },
  ])('signs in nobody with %j', async (body) => {
    const answer = await visit.post('customer/session', body);

    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it.each(['http://localhost:1', 'null'])(
    'is the only one that may: a page of %s may not',
    async (origin) => {
      const answers = await Promise.all([
        visit.post('customer/session', { key: 'key-of-acme' }, origin),
        visit.post('local-cloud/revoke', {}, origin),
        visit.convert('aspose', origin),
      ]);

      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
      expect(cloud.apiCalls).toEqual([]);
    },
  );

  it('may sign in behind a proxy that sets another host, as its browser says whose page it is', async () => {
    const ask = (site: string) =>
      fetch(`${sample.url}/customer/session`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: 'https://app.example.com',
          'sec-fetch-site': site,
        },
        body: JSON.stringify({ key: 'key-of-acme' }),
      });

    expect((await ask('same-origin')).status).toBe(200);
    expect((await ask('same-site')).status).toBe(403);
    expect((await ask('cross-site')).status).toBe(403);
  });

  it('takes no customer for the one who was signed in, once signed out', async () => {
    await visit.post('customer/session', { key: 'key-of-acme' });
    expect((await visit.convert('customer/aspose')).status).toBe(200);

    const signedOut = await visit.delete('customer/session');

    expect(signedOut.status).toBe(204);
    expect((await visit.convert('customer/aspose')).status).toBe(401);
    expect((await visit.convert()).status).toBe(200);
  });

  it("cannot make Aspose's cloud fail", async () => {
    expect(await (await visit.get('tour')).json()).toEqual({
      hasDemoCustomers: true,
      hasLocalCloud: false,
    });
    expect((await visit.post('local-cloud/revoke')).status).toBe(404);
  });
});
