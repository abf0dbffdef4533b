import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { echoUploads } from '../support/echo-route.js';
import { httpClient } from '../support/http-client.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

describe('A call whose token is refused', () => {
  it('is made again with another, and the caller sees the second answer alone', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await httpClient(optionsFor(cloud));
    const first = await tokens.getToken();
    cloud.revokeAll();

    const { status, data } = await firstValueFrom(aspose.get(STATUS));

    expect([status, data]).toStrictEqual([200, 'OK']);
    expect(tokens.peekToken()?.value).not.toBe(first.value);
    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 1,
      callsWithValidToken: 1,
    });
  });

  it.each<[string, unknown]>([
    ['text', 'a workbook'],
    ['bytes', Buffer.from('a workbook')],
    ['a typed array', new TextEncoder().encode('a workbook')],
    ['an array buffer', new TextEncoder().encode('a workbook').buffer],
    ['a Blob', new Blob(['a workbook'])],
    ['form fields', new URLSearchParams({ name: 'a workbook' })],
    ['plain JSON', { name: 'a workbook' }],
    ['a JSON array', ['a workbook']],
    ['an instance that axios turns into JSON', new (class { name = 'a workbook' })()],
  ])('is made again with the same body: %s', async (_, body) => {
    const cloud = await startCloud();
    const bodies = echoUploads(cloud);
    const { aspose, tokens } = await httpClient(optionsFor(cloud));
    await tokens.getToken();
    cloud.revokeAll();

    await firstValueFrom(aspose.put('/upload', body));

    expect(bodies).toHaveLength(2);
    expect(bodies[0]?.status).toBe(401);
    expect(bodies[0]?.body).toContain('workbook');
    expect(bodies[1]).toStrictEqual({ ...bodies[0], status: 200 });
  });

  it('is made again with all fields and files of a FormData', async () => {
    const cloud = await startCloud();
    const bodies = echoUploads(cloud);
    const { aspose, tokens } = await httpClient(optionsFor(cloud));
    await tokens.getToken();
    cloud.revokeAll();
    const form = new FormData();
    form.append('format', 'pdf');
    form.append('file', new Blob(['a workbook']), 'book.xlsx');

    await firstValueFrom(aspose.put('/upload', form));

    expect(bodies.map(({ status }) => status)).toStrictEqual([401, 200]);
    for (const { body } of bodies) {
      expect(body).toContain('name="format"\r\n\r\npdf');
      expect(body).toContain('filename="book.xlsx"');
      expect(body).toContain('a workbook');
    }
  });

  it('is made again with a stream from the factory aspose.body, once an attempt', async () => {
    const cloud = await startCloud();
    const bodies = echoUploads(cloud);
    const { aspose, tokens } = await httpClient(optionsFor(cloud));
    await tokens.getToken();
    cloud.revokeAll();
    let made = 0;

    await firstValueFrom(
      aspose.put('/upload', undefined, {
        aspose: { body: () => Readable.from([`workbook ${++made}`]) },
      }),
    );

    expect(bodies.map(({ status, body }) => [status, body])).toStrictEqual([
      [401, 'workbook 1'],
      [200, 'workbook 2'],
    ]);
  });

  it('takes its body from aspose.body where no token is attached, too', async () => {
    const cloud = await startCloud();
    const bodies = echoUploads(cloud);
    const { aspose } = await httpClient(optionsFor(cloud));

    await rejectionOf(
      firstValueFrom(
        aspose.put('/upload', undefined, {
          aspose: { attach: false, body: () => Readable.from(['a workbook']) },
        }),
      ),
    );

    expect(bodies).toMatchObject([{ status: 401, body: 'a workbook' }]);
  });

  it('is not made again with a used-up stream; the next call has another token', async () => {
    const cloud = await startCloud();
    const bodies = echoUploads(cloud);
    const { aspose, tokens } = await httpClient(optionsFor(cloud));
    await tokens.getToken();
    cloud.revokeAll();

    const error = await rejectionOf(
      firstValueFrom(aspose.put('/upload', Readable.from(['a workbook']))),
    );
    await firstValueFrom(aspose.get(STATUS));

    expect(error).toMatchObject({ status: 401 });
    expect(bodies).toHaveLength(1);
    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 1,
      callsWithValidToken: 1,
    });
  });

  it('is not made again with retryUnauthorized: false; the next call has another token', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await httpClient(optionsFor(cloud));
    await tokens.getToken();
    cloud.revokeAll();

    const error = await rejectionOf(
      firstValueFrom(
        aspose.get(STATUS, { aspose: { retryUnauthorized: false } }),
      ),
    );
    await firstValueFrom(aspose.get(STATUS));

    expect(error).toMatchObject({ status: 401 });
    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 1,
      callsWithValidToken: 1,
    });
  });

  it.each([
    ['403', { kind: 'status', status: 403 }],
    ['407', { kind: 'status', status: 407 }],
    ['500', { kind: 'status', status: 500 }],
    [
      '401 with error="insufficient_scope"',
      {
        kind: 'unauthorized',
        wwwAuthenticate: 'Bearer error="insufficient_scope"',
      },
    ],
  ] as const)('means a 401 for this token: %s passes', async (_, fault) => {
    const cloud = await startCloud();
    cloud.failNext(fault, { path: 'api' });
    const { aspose, tokens } = await httpClient(optionsFor(cloud));

    await rejectionOf(firstValueFrom(aspose.get(STATUS)));

    expect(cloud.apiCalls).toHaveLength(1);
    await tokens.getToken();
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it.each(['Bearer', 'Basic realm="x", bearer ERROR=invalid_token', undefined])(
    'is made again whether or not the challenge names the error: %s',
    async (wwwAuthenticate) => {
      const cloud = await startCloud();
      cloud.failNext(
        wwwAuthenticate === undefined
          ? { kind: 'status', status: 401 }
          : { kind: 'unauthorized', wwwAuthenticate },
        { path: 'api' },
      );
      const { aspose } = await httpClient(optionsFor(cloud));

      const { data } = await firstValueFrom(aspose.get(STATUS));

      expect(data).toBe('OK');
      expect(cloud.counters.tokenRequests).toBe(2);
    },
  );
});

describe('An API that refuses every token', () => {
  it('gets two calls and then one a call; its 401s pass through with their body', async () => {
    const cloud = await startCloud();
    const clock = new ManualTokenClock();
    cloud.failNext(
      { kind: 'unauthorized', body: { Error: { Code: 'errorAuthorization' } } },
      { path: 'api', times: Infinity },
    );
    const { aspose } = await httpClient(optionsFor(cloud), { clock });
    const call = async () =>
      rejectionOf(firstValueFrom(aspose.get(STATUS)));

    const errors = [await call(), await call(), await call()];

    for (const error of errors)
      expect(error).toMatchObject({
        status: 401,
        response: { data: { Error: { Code: 'errorAuthorization' } } },
      });
    expect(cloud.apiCalls).toHaveLength(4);
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('is tried with another token after 30 s, and then after 60 s', async () => {
    const cloud = await startCloud();
    const clock = new ManualTokenClock();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });
    const { aspose } = await httpClient(optionsFor(cloud), { clock });
    const tokenRequestsAfter = async (ms: number) => {
      await clock.advance(ms);
      await rejectionOf(firstValueFrom(aspose.get(STATUS)));
      return cloud.counters.tokenRequests;
    };

    expect(await tokenRequestsAfter(0)).toBe(2);
    expect(await tokenRequestsAfter(29_999)).toBe(2);
    expect(await tokenRequestsAfter(1)).toBe(3);
    expect(await tokenRequestsAfter(59_999)).toBe(3);
    expect(await tokenRequestsAfter(1)).toBe(4);
  });

  it('is sent a call at most three times, never twice with the same token', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await httpClient(optionsFor(cloud));
    const sent: unknown[] = [];
    cloud.route(
      'GET',
      '/refuse',
      async (request, response) => {
        sent.push(request.headers.authorization);
        // Another caller has the token replaced meanwhile.
        if (sent.length === 1)
          await tokens.getToken({
            refused: await tokens.getToken(),
            refusedBy: 'http://another',
          });
        response.writeHead(401).end();
      },
      { public: true },
    );

    await rejectionOf(firstValueFrom(aspose.get('/refuse')));

    expect(sent).toHaveLength(3);
    expect(new Set(sent).size).toBe(3);
  });

  it('answers with its own 401 where no other token can be had', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await httpClient({
      ...optionsFor(cloud),
      retry: { attempts: 1 },
    });
    await tokens.getToken();
    cloud.failNext({ kind: 'status', status: 500 });
    cloud.failNext(
      { kind: 'unauthorized', body: 'the original' },
      { path: 'api' },
    );

    const error = await rejectionOf(firstValueFrom(aspose.get(STATUS)));

    expect(error).toMatchObject({
      status: 401,
      response: { data: 'the original' },
    });
    expect(cloud.apiCalls).toHaveLength(1);
  });

  it.each([1, 64 * 1024, 1024 * 1024])(
    'gives a streamed answer of %i bytes that can still be read',
    async (size) => {
      const cloud = await startCloud();
      const { aspose, tokens } = await httpClient({
        ...optionsFor(cloud),
        retry: { attempts: 1 },
      });
      await tokens.getToken();
      cloud.failNext({ kind: 'status', status: 500 });
      const body = 'x'.repeat(size);
      cloud.failNext({ kind: 'unauthorized', body }, { path: 'api' });

      const { status, data } = await firstValueFrom(
        aspose.get<Readable>(STATUS, {
          responseType: 'stream',
          validateStatus: () => true,
        }),
      );

      expect(status).toBe(401);
      expect(await text(data)).toBe(body);
    },
  );

  it('of a static token answers at once: there is no other token', async () => {
    const cloud = await startCloud({ staticToken: 'right' });
    const { aspose } = await httpClient({
      accessToken: 'wrong',
      baseUrl: cloud.url,
    });

    const error = await rejectionOf(firstValueFrom(aspose.get(STATUS)));

    expect(error).toMatchObject({ status: 401 });
    expect(cloud.apiCalls).toHaveLength(1);
  });
});

describe('A stream', () => {
  it('that is uploaded follows no redirect, for which it would be kept in memory', async () => {
    const cloud = await startCloud();
    cloud.route('PUT', '/moved', (_, response) => {
      response.writeHead(307, { Location: '/upload' }).end();
    });
    const bodies = echoUploads(cloud);
    const { aspose } = await httpClient(optionsFor(cloud));
    const upload = (config: object) =>
      firstValueFrom(
        aspose.put('/moved', Readable.from(['a workbook']), {
          validateStatus: () => true,
          ...config,
        }),
      );

    expect((await upload({})).status).toBe(307);
    expect(bodies).toStrictEqual([]);
    expect((await upload({ maxRedirects: 1 })).status).toBe(200);
    expect(bodies).toMatchObject([{ body: 'a workbook' }]);
  });

  it('that brings a refusal is let go of, so that its connection is free', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await httpClient({
      ...optionsFor(cloud),
      axios: { httpAgent: new Agent({ maxSockets: 1 }) },
    });
    await tokens.getToken();
    cloud.revokeAll();
    cloud.failNext(
      { kind: 'unauthorized', body: 'x'.repeat(4 * 1024 * 1024) },
      { path: 'api' },
    );

    const { data } = await firstValueFrom(
      aspose.get<Readable>(STATUS, { responseType: 'stream' }),
    );

    expect(await text(data)).toBe('"OK"');
  });
});
