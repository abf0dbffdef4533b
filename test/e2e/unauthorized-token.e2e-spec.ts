import { Readable } from 'node:stream';

import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { echoUploads } from '../support/echo-route.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

describe('A call whose token is unauthorized', () => {
  it('is made again with another, and the caller sees the second answer alone', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
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
    [
      'an instance that axios turns into JSON',
      new (class {
        name = 'a workbook';
      })(),
    ],
  ])('is made again with the same body: %s', async (_, body) => {
    const cloud = await startCloud();
    const bodies = echoUploads(cloud);
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
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
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
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
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
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
    const { aspose } = await nestApp().overCloud(cloud).start();

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
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
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
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
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
    ['403', { kind: 'answer', status: 403 }],
    ['407', { kind: 'answer', status: 407 }],
    ['500', { kind: 'answer', status: 500 }],
    [
      '401 with error="insufficient_scope"',
      {
        kind: 'answer',
        status: 401,
        headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' },
      },
    ],
  ] as const)('means a 401 for this token: %s passes', async (_, fault) => {
    const cloud = await startCloud();
    cloud.failNext(fault, { path: 'api' });
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();

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
        {
          kind: 'answer',
          status: 401,
          headers: { 'WWW-Authenticate': wwwAuthenticate },
        },
        { path: 'api' },
      );
      const { aspose } = await nestApp().overCloud(cloud).start();

      const { data } = await firstValueFrom(aspose.get(STATUS));

      expect(data).toBe('OK');
      expect(cloud.counters.tokenRequests).toBe(2);
    },
  );
});
