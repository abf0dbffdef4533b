import { PassThrough, Readable, type Stream } from 'node:stream';
import { text } from 'node:stream/consumers';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  type AsposeRequestInit,
  createAsposeFetch,
} from '../../../../lib/index.js';
import { startCloud } from '../../../support/cloud.js';
import { echoUploads } from '../../../support/echo-route.js';
import { nestApp } from '../../../support/nest-app.js';
import { leaksIn } from '../../../support/leaks.js';
import { oldStream } from '../../../support/old-stream.js';
import { rejectionOf } from '../../../support/rejection.js';
import { startSite } from '../../../support/loopback-site.js';

const STATUS = '/v4.0/cells';

async function start() {
  const cloud = await startCloud();
  const { tokens } = await nestApp().overCloud(cloud).start();
  const fetch = createAsposeFetch(tokens);
  return { cloud, tokens, fetch, url: `${cloud.url}${STATUS}` };
}

/** One that flows by itself, as the form-data package's does not. */
function flowingOldStream(): Stream {
  const stream = oldStream();
  setImmediate(() => {
    stream.emit('data', Buffer.from('a workbook'));
    stream.emit('end');
  });
  return stream;
}

/** An emulator that has revoked the token at hand. */
async function startRevoked() {
  const started = await start();
  await started.tokens.getToken();
  started.cloud.revokeAll();
  const uploads = echoUploads(started.cloud);
  return { ...started, uploads, upload: `${started.cloud.url}/upload` };
}

describe('The input of an AsposeFetch', () => {
  it.each([
    ['a string', (url: string) => url],
    ['a URL', (url: string) => new URL(url)],
    ['a Request', (url: string) => new Request(url)],
  ])(
    'may be %s, whose 401 is answered with another token',
    async (_, input) => {
      const { cloud, tokens, fetch, url } = await start();
      await tokens.getToken();
      cloud.revokeAll();

      const response = await fetch(input(url));

      expect(await response.text()).toBe('"OK"');
      expect(cloud.apiCalls.map(({ token }) => token)).toStrictEqual([
        'invalid',
        'valid',
      ]);
    },
  );

  it.each(['//aspose.example/v4.0', 'http://', 'aspose:cells'])(
    'that is no URL of the web (%s) fails as with fetch, without a token request',
    async (input) => {
      const { cloud, fetch } = await start();

      expect(await rejectionOf(fetch(input))).toStrictEqual(
        await rejectionOf(globalThis.fetch(input)),
      );
      expect(cloud.counters.tokenRequests).toBe(0);
    },
  );
});

describe('A URL of a class of the app', () => {
  it.each([
    [
      'a URL',
      (claimed: string, actual: string) =>
        Object.defineProperty(new URL(actual), 'url', { value: claimed }),
    ],
    [
      'a Request',
      (claimed: string, actual: string) =>
        Object.defineProperty(new Request(actual), 'url', { value: claimed }),
    ],
    [
      'a request of another implementation',
      (claimed: string, actual: string) =>
        ({ url: claimed, toString: () => actual }) as unknown as Request,
    ],
  ])('that claims to lead elsewhere gets no token: %s', async (_, input) => {
    const { fetch, url } = await start();
    const site = await startSite();

    const response = await fetch(input(url, site.url));

    expect(await response.text()).toBe('hello');
    expect(
      site.requests.map(({ headers }) => headers.authorization),
    ).toStrictEqual([undefined]);
  });
});

describe('Settings that are inherited', () => {
  it('count, those of aspose too', async () => {
    const { fetch, upload, uploads } = await startRevoked();
    class Upload {
      readonly rows = 'a workbook';
      body() {
        return Readable.from([this.rows]);
      }
    }

    await fetch(
      upload,
      Object.create({ method: 'PUT', aspose: new Upload() }) as object,
    );

    expect(uploads).toMatchObject([
      { status: 401, body: 'a workbook' },
      { status: 200, body: 'a workbook' },
    ]);
  });
});

describe('A Request', () => {
  it('keeps its method, headers and body beside the token', async () => {
    const { cloud, fetch } = await start();
    const uploads = echoUploads(cloud);

    const { status } = await fetch(
      new Request(`${cloud.url}/upload`, {
        method: 'PUT',
        headers: { 'X-Team': 'reports', 'Content-Type': 'text/csv' },
        body: 'a workbook',
      }),
    );

    expect(status).toBe(200);
    expect(uploads).toMatchObject([
      { contentType: 'text/csv', body: 'a workbook' },
    ]);
    expect(cloud.apiCalls[0]?.headers['x-team']).toBe('reports');
  });

  it('has its body taken in the tick of the call, as by fetch', async () => {
    const { cloud, fetch } = await start();
    echoUploads(cloud);
    const request = new Request(`${cloud.url}/upload`, {
      method: 'PUT',
      body: 'a workbook',
    });

    const sending = fetch(request);

    expect(request.bodyUsed).toBe(true);
    expect((await sending).status).toBe(200);
  });

  it('in the place of settings counts as with fetch', async () => {
    const { cloud, fetch } = await start();
    const uploads = echoUploads(cloud);
    const site = await startSite();
    const settings = () =>
      new Request('http://placeholder.example', {
        method: 'PUT',
        headers: { 'Content-Type': 'text/csv' },
        body: 'a workbook',
      });

    await fetch(`${cloud.url}/upload`, settings());
    await fetch(site.url, settings());

    expect(uploads).toStrictEqual([
      { status: 200, contentType: 'text/csv', body: 'a workbook' },
    ]);
    expect(site.requests).toMatchObject([
      { method: 'PUT', headers: { 'content-type': 'text/csv' } },
    ]);
  });

  it('with an Authorization of its own is left alone', async () => {
    const { cloud, fetch, url } = await start();

    const { status } = await fetch(
      new Request(url, { headers: { Authorization: 'Bearer own' } }),
    );

    expect(status).toBe(401);
    expect(cloud.apiCalls[0]?.headers.authorization).toBe('Bearer own');
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('gets the headers of init in place of its own, as with fetch', async () => {
    const { cloud, fetch, url } = await start();

    const { status } = await fetch(
      new Request(url, { headers: { Authorization: 'Bearer own' } }),
      { headers: { 'X-Team': 'reports' } },
    );

    expect(status).toBe(200);
    expect(cloud.apiCalls[0]?.headers['x-team']).toBe('reports');
  });

  it('with a body gets its 401 back, and the next call has another token', async () => {
    const { cloud, fetch, uploads, upload, url } = await startRevoked();

    const { status } = await fetch(
      new Request(upload, { method: 'PUT', body: 'a workbook' }),
    );
    const next = await fetch(url);

    expect(status).toBe(401);
    expect(uploads).toMatchObject([{ status: 401, body: 'a workbook' }]);
    expect(next.status).toBe(200);
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it.each([
    ['bytes', Buffer.from('a workbook'), 2],
    ['a stream', Readable.from(['a workbook']), 1],
  ])(
    'of another implementation is sent again if its body can be: %s',
    async (_, body, times) => {
      const { tokens, upload } = await startRevoked();
      const sent: unknown[] = [];
      const foreign = { url: upload, method: 'PUT', headers: {}, body };
      const fetch = createAsposeFetch(tokens, {
        async fetch(input) {
          sent.push(input);
          return new Response(null, { status: sent.length === 1 ? 401 : 200 });
        },
      });

      await fetch(foreign as unknown as Request);

      expect(sent).toStrictEqual(Array.from({ length: times }, () => foreign));
    },
  );

  it('is sent again with the body that init gives it', async () => {
    const { fetch, uploads, upload } = await startRevoked();

    const { status } = await fetch(
      new Request(upload, { method: 'PUT', body: 'its own' }),
      { body: 'a workbook' },
    );

    expect(status).toBe(200);
    expect(uploads).toMatchObject([
      { status: 401, body: 'a workbook' },
      { status: 200, body: 'a workbook' },
    ]);
  });

  it('is sent again with what aspose.body makes', async () => {
    const { fetch, uploads, upload } = await startRevoked();

    const { status } = await fetch(new Request(upload, { method: 'PUT' }), {
      aspose: { body: () => Readable.from(['a workbook']) },
    });

    expect(status).toBe(200);
    expect(uploads).toMatchObject([
      { status: 401, body: 'a workbook' },
      { status: 200, body: 'a workbook' },
    ]);
  });

  it('is called off by its own signal while it waits for the token', async () => {
    const { cloud, fetch, url } = await start();
    cloud.failNext({ kind: 'hang' });
    const controller = new AbortController();
    const request = new Request(url, { signal: controller.signal });
    const calling = rejectionOf(fetch(request));
    await vi.waitUntil(() => cloud.counters.tokenRequests === 1);

    controller.abort();

    expect(await calling).toMatchObject({ name: 'AbortError' });
    expect(cloud.apiCalls).toStrictEqual([]);
  });

  it.each([
    ['another signal', new AbortController().signal],
    ['no signal', null],
  ])(
    'is not called off by its own when init gives it %s',
    async (_, signal) => {
      const { fetch, url } = await start();
      const request = new Request(url, { signal: AbortSignal.abort() });

      expect((await fetch(request, { signal })).status).toBe(200);
    },
  );
});

describe('A 401 behind a redirect', () => {
  it('that led to another origin and back is none of the token', async () => {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();
    const site = await startSite((_, response) => {
      response.writeHead(302, { Location: `${cloud.url}${STATUS}` }).end();
    });
    cloud.route('GET', '/away', (_, response) => {
      response.writeHead(302, { Location: site.url }).end();
    });

    const { status } = await createAsposeFetch(tokens)(`${cloud.url}/away`);

    expect(status).toBe(401);
    expect(cloud.counters.tokenRequests).toBe(1);
    expect(site.requests).toHaveLength(1);
  });
});

describe('A request without settings', () => {
  it.each([undefined, null])('may have %s in their place', async (init) => {
    const cloud = await startCloud();
    const { tokens } = await nestApp().overCloud(cloud).start();

    const { status } = await createAsposeFetch(tokens)(
      `${cloud.url}${STATUS}`,
      init as undefined,
    );

    expect(status).toBe(200);
  });
});

describe('A redirect', () => {
  async function startMoved() {
    const started = await start();
    started.cloud.route('GET', '/moved', (_, response) => {
      response.writeHead(302, { Location: STATUS }).end();
    });
    return { ...started, moved: `${started.cloud.url}/moved` };
  }

  it.each([
    ['init', (url: string) => url, { redirect: 'manual' }],
    [
      'the Request',
      (url: string) => new Request(url, { redirect: 'manual' }),
      {},
    ],
  ] as const)(
    "is the answer with redirect: 'manual' of %s",
    async (_, input, init) => {
      const { cloud, fetch, moved } = await startMoved();

      const response = await fetch(input(moved), init);

      expect(response.status).toBe(302);
      expect(response.headers.get('Location')).toBe(STATUS);
      expect(cloud.apiCalls.map(({ path }) => path)).toStrictEqual(['/moved']);
    },
  );

  it.each([
    ['init', (url: string) => url, { redirect: 'error' }],
    [
      'the Request',
      (url: string) => new Request(url, { redirect: 'error' }),
      {},
    ],
  ] as const)("fails with redirect: 'error' of %s", async (_, input, init) => {
    const { cloud, fetch, moved } = await startMoved();

    const error = await rejectionOf(fetch(input(moved), init));

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: 'fetch failed' });
    expect(cloud.apiCalls.map(({ path }) => path)).toStrictEqual(['/moved']);
  });
});

describe('A streamed body', () => {
  it.each([
    [
      'init.body',
      () => ({ body: ReadableStream.from([Buffer.from('a workbook')]) }),
    ],
    [
      'a Node stream in init.body',
      () => ({ body: Readable.from(['a workbook']) }),
    ],
    [
      'aspose.body',
      () => ({ aspose: { body: () => Readable.from(['a workbook']) } }),
    ],
    [
      'aspose.body, without the token',
      () => ({
        headers: { Authorization: 'Bearer own' },
        aspose: { body: () => Readable.from(['a workbook']) },
      }),
    ],
  ])('follows no redirect unless asked: %s', async (_, init) => {
    const { cloud, fetch } = await start();
    cloud.route(
      'PUT',
      '/moved',
      async (request, response) => {
        await text(request);
        response.writeHead(303, { Location: STATUS }).end();
      },
      { public: true },
    );
    const upload = (options: AsposeRequestInit = {}) =>
      fetch(`${cloud.url}/moved`, { method: 'PUT', ...init(), ...options });

    const error = await rejectionOf(upload());

    expect(error).toMatchObject({ cause: { message: 'unexpected redirect' } });
    expect((await upload({ redirect: 'manual' })).status).toBe(303);
    expect((await upload({ redirect: 'follow' })).url).toBe(
      `${cloud.url}${STATUS}`,
    );
  });

  it('of a Request that says what to do about redirects does that', async () => {
    const { cloud, fetch } = await start();
    cloud.failNext({ kind: 'redirect', location: STATUS }, { path: 'api' });

    const { status } = await fetch(
      new Request(`${cloud.url}/moved`, { method: 'PUT', redirect: 'manual' }),
      { aspose: { body: () => Readable.from(['a workbook']) } },
    );

    expect(status).toBe(307);
  });

  it('may be a stream of text', async () => {
    const { cloud, fetch } = await start();
    const uploads = echoUploads(cloud);
    const bytes = [Buffer.from('a workbook')];

    await fetch(`${cloud.url}/upload`, {
      method: 'PUT',
      aspose: {
        body: () =>
          Readable.from(bytes, { objectMode: false }).setEncoding('utf8'),
      },
    });

    expect(uploads).toMatchObject([{ status: 200, body: 'a workbook' }]);
  });

  it.each<[string, () => unknown]>([
    ['a web stream', () => ReadableStream.from([Buffer.from('a workbook')])],
    ['bytes', () => Buffer.from('a workbook')],
    ['text', () => 'a workbook'],
    ['a stream of the old kind', flowingOldStream],
  ])('may be what its type does not name: %s', async (_, body) => {
    const { cloud, fetch } = await start();
    const uploads = echoUploads(cloud);

    await fetch(`${cloud.url}/upload`, {
      method: 'PUT',
      aspose: { body: body as () => Readable },
    });

    expect(uploads).toMatchObject([{ status: 200, body: 'a workbook' }]);
  });

  it('that fails fails the request, with its own error', async () => {
    const { cloud, fetch } = await start();
    const reason = new Error('the disk is gone');

    const error = await rejectionOf(
      fetch(`${cloud.url}/upload`, {
        method: 'PUT',
        aspose: {
          body: () =>
            new Readable({
              read() {
                this.destroy(reason);
              },
            }),
        },
      }),
    );

    expect(error).toMatchObject({ message: 'fetch failed', cause: reason });
  });
});

describe('An AsposeFetch', () => {
  it('makes its requests with the fetch that the platform has at the time', async () => {
    const { fetch, url } = await start();
    const watched = vi.spyOn(globalThis, 'fetch');
    onTestFinished(() => watched.mockRestore());

    await fetch(url);

    expect(watched).toHaveBeenCalledTimes(1);
  });

  it('rejects with the reason of the signal, as fetch does', async () => {
    const { fetch, url } = await start();
    const reason = new Error('enough');

    const error = await rejectionOf(
      fetch(url, { signal: AbortSignal.abort(reason) }),
    );

    expect(error).toBe(reason);
  });

  it('makes its requests with the fetch it is given, which learns nothing of aspose', async () => {
    const { tokens, url } = await start();
    const given = vi.fn<typeof globalThis.fetch>(globalThis.fetch);
    const fetch = createAsposeFetch(tokens, { fetch: given });

    await fetch(url, { aspose: { minValidityMs: 1000 }, keepalive: true });

    expect(given).toHaveBeenCalledExactlyOnceWith(url, {
      keepalive: true,
      headers: new Headers({
        Authorization: await tokens.getAuthorizationHeader(),
      }),
    });
  });

  it('hands a Node stream to the fetch it is given, which knows streams of its own', async () => {
    const { cloud, tokens } = await start();
    const given = vi.fn<typeof globalThis.fetch>(async () => new Response());
    const fetch = createAsposeFetch(tokens, { fetch: given });
    const body = Readable.from(['a workbook']);

    await fetch(`${cloud.url}/upload`, {
      method: 'PUT',
      aspose: { body: () => body },
    });

    expect(given.mock.calls[0]?.[1]?.body).toBe(body);
  });

  it('drops a 401 whose body is a Node stream', async () => {
    const { tokens, url } = await start();
    const unauthorized = {
      status: 401,
      headers: new Headers(),
      body: new PassThrough(),
    };
    const given = vi
      .fn<typeof globalThis.fetch>(async () => new Response('"OK"'))
      .mockResolvedValueOnce(unauthorized as unknown as Response);
    const fetch = createAsposeFetch(tokens, { fetch: given });

    expect((await fetch(url)).status).toBe(200);
    expect(unauthorized.body.destroyed).toBe(true);
  });

  it('takes the body from aspose.body where no token is attached, too', async () => {
    const { cloud, fetch } = await start();
    const uploads = echoUploads(cloud);

    await fetch(`${cloud.url}/upload`, {
      method: 'PUT',
      aspose: { attach: false, body: () => Readable.from(['a workbook']) },
    });

    expect(uploads).toMatchObject([{ status: 401, body: 'a workbook' }]);
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('asks for a token that stays valid for as long as the request says', async () => {
    const { cloud, tokens, fetch, url } = await start();
    const getToken = vi.spyOn(tokens, 'getToken');
    await fetch(url, { aspose: { minValidityMs: 120_000 } });
    cloud.revokeAll();

    await fetch(url, { aspose: { minValidityMs: 120_000 } });

    expect(
      getToken.mock.calls.map(([options]) => options?.minValidityMs),
    ).toStrictEqual([120_000, 120_000, 120_000]);
  });

  it('frees the connection of a 401, however long its body', async () => {
    const { cloud, fetch, url } = await start();
    let closed = 0;
    cloud.route(
      'GET',
      STATUS,
      (_, response) => {
        response.on('close', () => (closed += 1));
        if (cloud.apiCalls.length > 1) response.end('"OK"');
        // An answer without an end.
        else response.writeHead(401).write('x'.repeat(1024 * 1024));
      },
      { public: true },
    );

    expect(await (await fetch(url)).text()).toBe('"OK"');
    await vi.waitUntil(() => closed === 2);
  });

  it('keeps the token out of what it fails with', async () => {
    const { cloud, tokens, fetch, url } = await start();
    const { value } = await tokens.getToken();
    cloud.failNext({ kind: 'reset' }, { path: 'api' });

    const error = await rejectionOf(fetch(url));

    expect(error).toBeInstanceOf(TypeError);
    expect(leaksIn(error, { token: value })).toStrictEqual([]);
  });

  it('sends a request to any other origin as fetch does', async () => {
    const { cloud, fetch } = await start();
    const site = await startSite();
    const uploaded: string[] = [];
    const echo = await startSite((request, response) => {
      request.setEncoding('utf8').on('data', (part) => uploaded.push(part));
      request.on('end', () => response.end());
    });

    await fetch(new Request(site.url, { headers: { 'X-Team': 'reports' } }));
    await fetch(new URL(echo.url), { method: 'POST', body: 'a workbook' });

    expect(site.requests[0]?.headers['x-team']).toBe('reports');
    expect(uploaded).toStrictEqual(['a workbook']);
    for (const { headers } of [...site.requests, ...echo.requests])
      expect(headers.authorization).toBeUndefined();
    expect(cloud.counters.tokenRequests).toBe(0);
  });
});
