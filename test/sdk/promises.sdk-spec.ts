import { createReadStream, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { type OfficialSdk, officialSdks } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

const WORKBOOK = 'a workbook '.repeat(1_000);

/** An app whose token is revoked already. */
async function startRevoked() {
  const started = await startSdkApp();
  await started.tokens.getToken();
  started.cloud.revokeAll();
  return started;
}

/** How a call ends: with its answer, its error, or not. */
async function endOf(call: Promise<unknown>) {
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise<object>((resolve) => {
    timer = setTimeout(resolve, 5_000, { status: 'hanging' });
  });
  const end = await Promise.race([
    call.then(
      (answer) => ({ status: 'fulfilled', answer }),
      (error: unknown) => ({ status: 'rejected', error }),
    ),
    hanging,
  ]);
  clearTimeout(timer);
  return end as { status: string; answer?: unknown; error?: unknown };
}

/** For each column of the table, whether it holds for an SDK. */
const COLUMNS: Record<string, (sdk: OfficialSdk) => Promise<boolean>> = {
  async 'One token'(sdk) {
    const { cloud, tokens } = await startSdkApp();
    const list = sdk.connect(tokens, cloud.url);
    await Promise.all(Array.from({ length: 100 }, async () => list('folder')));
    const { tokenRequests, callsWithValidToken } = cloud.counters;
    return tokenRequests === 1 && callsWithValidToken === 100;
  },
  async Revocation(sdk) {
    const { cloud, tokens } = await startRevoked();
    const list = sdk.connect(tokens, cloud.url);
    const ends = await Promise.all(
      Array.from({ length: 100 }, async () => endOf(list('folder'))),
    );
    return (
      ends.every(({ status }) => status === 'fulfilled') &&
      cloud.counters.tokenRequests === 2
    );
  },
  async Streams(sdk) {
    const { cloud, tokens } = await startRevoked();
    const arrived: string[] = [];
    cloud.route(
      'PUT',
      /\/storage\/file\/[^/]+$/,
      async (request, response) => {
        const isValid = cloud.apiCalls.at(-1)?.token === 'valid';
        const body = await text(request);
        if (isValid) arrived.push(body);
        response.writeHead(isValid ? 200 : 401, {
          'Content-Type': 'application/json',
        });
        response.end('{}');
      },
      { public: true },
    );
    const upload = sdk.connectUpload(tokens, cloud.url);
    const file = join(await temporaryFolder(), 'book.xlsx');
    await writeFile(file, WORKBOOK);
    const first = await endOf(upload('book', createReadStream(file)));
    const second = await endOf(upload('book', createReadStream(file)));
    const { code } = Object(first.error) as { code?: unknown };
    return (
      code === AsposeAuthErrorCode.TOKEN_UNAUTHORIZED &&
      second.status === 'fulfilled' &&
      arrived.length === 1 &&
      arrived[0]!.includes(WORKBOOK) &&
      cloud.counters.tokenRequests === 2
    );
  },
  async 'Refused for good'(sdk) {
    const { cloud, tokens } = await startSdkApp();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });
    const list = sdk.connect(tokens, cloud.url);
    const ends = [await endOf(list('one'))];
    const sent = cloud.apiCalls.length;
    ends.push(await endOf(list('two')), await endOf(list('three')));
    return (
      ends.every(({ status }) => status === 'rejected') &&
      sent <= (sdk.name === 'Slides' ? 3 : 2) &&
      cloud.counters.tokenRequests === 2
    );
  },
  async 'Always settles'(sdk) {
    const { cloud, tokens } = await startSdkApp();
    let answer = [0, ''] as [number, string];
    cloud.route('GET', /\/storage\/folder\/[^/]+$/, (_, response) => {
      response.writeHead(answer[0], { 'Content-Type': 'text/html' });
      response.end(answer[1]);
    });
    const list = sdk.connect(tokens, cloud.url);
    for (const status of [400, 404, 429, 500, 502, 503])
      for (const body of ['', '<html/>', '{"Error":{}}', '{"error":{}}']) {
        answer = [status, body];
        if ((await endOf(list('folder'))).status !== 'rejected') return false;
      }
    cloud.failNext({ kind: 'reset' }, { path: 'api' });
    return (await endOf(list('folder'))).status === 'rejected';
  },
  async Redirects(sdk) {
    const { cloud, tokens } = await startSdkApp();
    const site = await startSite((_, response) => void response.end('{}'));
    cloud.route('GET', /\/storage\/folder\/[^/]+$/, (request, response) => {
      const status = Number(request.url?.split('/').at(-1));
      response
        .writeHead(status, { Location: `http://127.0.0.1:${site.port}/there` })
        .end();
    });
    const list = sdk.connect(tokens, cloud.url);
    for (const status of [302, 307]) await endOf(list(String(status)));
    return (
      site.requests.length === 2 &&
      site.requests.every(({ headers }) => headers.authorization === undefined)
    );
  },
  async Certificates(sdk) {
    const requests: unknown[] = [];
    const server = createServer(
      selfSignedCertificate(),
      (request, response) => {
        requests.push(request);
        response.end('{}');
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { tokens } = await nestApp()
      .with({ accessToken: 'the-token', baseUrl })
      .start();
    const { status } = await endOf(sdk.connect(tokens, baseUrl)('folder'));
    return status === 'rejected' && requests.length === 0;
  },
};

/** The table of the page: its columns, and its rows by SDK. */
function documentedTable() {
  const page = readFileSync(join(__dirname, '../../docs/sdks.md'), 'utf8');
  const lines = /^## What holds$.*?^(\|.*?)^$/ms.exec(page)?.[1] ?? '';
  const [[, ...columns] = [], , ...rows] = lines
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return { columns, rows };
}

const { columns, rows } = documentedTable();

it('The table of the page has a row for each SDK, and a column for each promise', () => {
  expect(columns).toStrictEqual(Object.keys(COLUMNS));
  expect(rows.map(([name]) => name)).toStrictEqual(
    officialSdks.map(({ name }) => name),
  );
});

describe.each(rows)('The page says of %s', (...row) => {
  const [name, ...cells] = row;
  const sdk = officialSdks.find((one) => one.name === name)!;

  it.each(columns.map((column, index) => [column, cells[index]]))(
    '%s: %s',
    async (column = '', cell) => {
      expect((await COLUMNS[column]!(sdk)) ? 'yes' : 'no').toBe(cell);
    },
  );
});
