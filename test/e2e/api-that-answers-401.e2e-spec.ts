import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { echoUploads } from '../support/echo-route.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

const STATUS = '/v4.0/cells';

/** An app with a token whose next token request fails. */
async function appThatCannotRenew() {
  const cloud = await startCloud();
  const started = await nestApp()
    .overCloud(cloud)
    .with({ retry: { attempts: 1 } })
    .start();
  const { aspose, tokens } = started;
  await tokens.getToken();
  cloud.failNext({ kind: 'answer', status: 500 });
  return { cloud, aspose, tokens };
}

describe('An API that answers 401 to every token', () => {
  it('gets two calls and then one a call; its 401s pass through with their body', async () => {
    const cloud = await startCloud();
    const clock = new ManualTokenClock();
    cloud.failNext(
      { kind: 'unauthorized', body: { Error: { Code: 'errorAuthorization' } } },
      { path: 'api', times: Infinity },
    );
    const { aspose } = await nestApp().overCloud(cloud).timedBy(clock).start();
    const call = async () => rejectionOf(firstValueFrom(aspose.get(STATUS)));

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
    const { aspose } = await nestApp().overCloud(cloud).timedBy(clock).start();
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
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    const sent: unknown[] = [];
    cloud.route(
      'GET',
      '/unauthorized',
      async (request, response) => {
        sent.push(request.headers.authorization);
        // Another caller has the token replaced meanwhile.
        if (sent.length === 1)
          await tokens.getToken({
            unauthorized: {
              token: await tokens.getToken(),
              origin: 'http://another',
            },
          });
        response.writeHead(401).end();
      },
      { public: true },
    );

    await rejectionOf(firstValueFrom(aspose.get('/unauthorized')));

    expect(sent).toHaveLength(3);
    expect(new Set(sent).size).toBe(3);
  });

  it('answers with its own 401 where no other token can be had', async () => {
    const { cloud, aspose } = await appThatCannotRenew();
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
      const { cloud, aspose } = await appThatCannotRenew();
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

  it('gives a stream that breaks as its connection did, and harms nobody else', async () => {
    const { cloud, aspose, tokens } = await appThatCannotRenew();
    let breakOff = (): void => {};
    cloud.route(
      'GET',
      '/breaks',
      (_, response) => {
        response.writeHead(401, { 'Content-Length': 100 });
        response.write('a part');
        breakOff = () => response.destroy();
      },
      { public: true },
    );
    // Broken off while another token is asked for.
    tokens.events$.subscribe(({ type }) => {
      if (type === 'refresh-failed') breakOff();
    });

    const { status, data } = await firstValueFrom(
      aspose.get<Readable>('/breaks', {
        responseType: 'stream',
        validateStatus: () => true,
      }),
    );

    expect(status).toBe(401);
    expect(await rejectionOf(text(data))).toMatchObject({
      code: expect.any(String),
    });
  });

  it('of a static token answers at once: there is no other token', async () => {
    const cloud = await startCloud({ staticToken: 'right' });
    const { aspose } = await nestApp()
      .with({
        accessToken: 'wrong',
        baseUrl: cloud.url,
      })
      .start();

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
    const { aspose } = await nestApp().overCloud(cloud).start();
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

  it('that brings a 401 is let go of, so that its connection is free', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp()
      .overCloud(cloud)
      .with({ axios: { httpAgent: new Agent({ maxSockets: 1 }) } })
      .start();
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
