import fastifyHelmet from '@fastify/helmet';
import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import compression from 'compression';
import helmet from 'helmet';
import { describe, expect, it, onTestFinished } from 'vitest';

import {
  AsposeGatewayModule,
  type GatewayOptions,
} from '../../lib/gateway/index.js';
import { exchange, startUpstream } from '../gateway/wire.mjs';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';

type Headers = Record<string, string | string[]>;

interface Setting {
  readonly options?: Partial<GatewayOptions>;
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
  /** The head of what Aspose answers. */
  readonly answered?: readonly string[];
}

async function start(
  platform: Platform,
  { options, prepare = () => {}, answered = [] }: Setting = {},
) {
  const upstream = await startUpstream(
    ['HTTP/1.1 200 OK', 'Content-Length: 2', ...answered, '', 'ok'].join(
      '\r\n',
    ),
  );
  onTestFinished(() => upstream.close());
  const { url } = await nestApp()
    .with({ accessToken: 'static', baseUrl: `${upstream.url}/base` })
    .importing(
      AsposeGatewayModule.forRoot({
        path: 'aspose',
        allow: ['GET /v4.0/**'],
        public: true,
        ...options,
      }),
    )
    .on(platform)
    .prepared(prepare)
    .start();
  const ask = async (...headers: string[]): Promise<Headers> => {
    const answer = await exchange(
      url,
      [
        'GET /aspose/v4.0/x HTTP/1.1',
        'Host: app.example',
        'Connection: close',
        ...headers,
        '',
        '',
      ].join('\r\n'),
    );
    return headersIn(answer);
  };
  return { ask, url, upstream };
}

/** The headers of a message, those that are there twice as a list. */
function headersIn(message: string): Headers {
  const headers: Headers = {};
  const [head = ''] = message.split('\r\n\r\n');
  for (const line of head.split('\r\n').slice(1)) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

const PASSED_TO_ASPOSE = {
  accept: 'application/pdf',
  'accept-encoding': 'gzip',
  'accept-language': 'de',
  'content-disposition': 'form-data',
  'content-encoding': 'identity',
  'content-type': 'text/csv',
  'if-match': '"a"',
  'if-modified-since': 'Sun, 29 Nov 2026 00:00:00 GMT',
  'if-none-match': '"b"',
  'if-range': '"c"',
  'if-unmodified-since': 'Sun, 29 Nov 2026 00:00:00 GMT',
  range: 'bytes=0-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'user-agent': 'a browser',
  'x-request-id': '1',
};

const KEPT_FROM_ASPOSE = [
  'authorization',
  'cookie',
  'cookie2',
  'dnt',
  'early-data',
  'forwarded',
  'from',
  'keep-alive',
  'max-forwards',
  'origin',
  'pragma',
  'priority',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'referer',
  'sec-ch-ua',
  'sec-fetch-mode',
  'te',
  'trailer',
  'tracestate',
  'baggage',
  'true-client-ip',
  'upgrade-insecure-requests',
  'via',
  'x-api-key',
  'x-aspose-client',
  'x-csrf-token',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-http-method-override',
  'x-original-url',
  'x-real-ip',
  'x-rewrite-url',
  '__proto__',
];

const PASSED_TO_CALLERS: Headers = {
  'accept-ranges': 'bytes',
  'content-disposition': 'attachment; filename="a.pdf"',
  'content-language': 'en',
  'content-range': 'bytes 0-1/2',
  'content-type': 'application/pdf',
  etag: '"a"',
  'last-modified': 'Sun, 29 Nov 2026 00:00:00 GMT',
  'retry-after': '5',
  vary: 'Accept',
  'x-request-id': '1',
  'x-aspose-anything': 'yes',
};

const KEPT_FROM_CALLERS = [
  'accept-ch: dpr',
  'access-control-allow-credentials: true',
  'access-control-allow-origin: *',
  'access-control-expose-headers: *',
  'activate-storage-access: load',
  'alt-svc: h3=":443"',
  'attribution-reporting-register-source: {}',
  'authentication-info: a',
  'cdn-cache-control: max-age=600',
  'clear-site-data: "*"',
  'cloudflare-cdn-cache-control: max-age=600',
  'critical-ch: dpr',
  'cross-origin-opener-policy: same-origin',
  'cross-origin-resource-policy: cross-origin',
  'expect-ct: max-age=0',
  'keep-alive: timeout=600',
  'link: </evil.js>; rel=preload',
  'nel: {}',
  'observe-browsing-topics: ?1',
  'origin-agent-cluster: ?1',
  'permissions-policy: camera=*',
  'proxy-authenticate: Basic',
  'proxy-connection: close',
  'public-key-pins: a',
  'refresh: 0; url=https://evil.example',
  'report-to: {}',
  'reporting-endpoints: a="https://evil.example"',
  'sec-session-registration: (ES256)',
  'sec-websocket-accept: a',
  'server-timing: db',
  'service-worker-allowed: /',
  'set-cookie: session=mine; Path=/',
  'set-cookie2: a=b',
  'set-login: logged-in',
  'sourcemap: /evil.map',
  'speculation-rules: "/rules.json"',
  'strict-transport-security: max-age=0',
  'surrogate-control: max-age=600',
  'timing-allow-origin: *',
  'trailer: x',
  'use-as-dictionary: match="/*"',
  'via: 1.1 a',
  'www-authenticate: Basic',
  'x-accel-redirect: /etc/passwd',
  'x-frame-options: ALLOWALL',
  'x-lighttpd-send-file: /etc/passwd',
  'x-litespeed-location: /etc/passwd',
  'x-named: by the connection',
  'x-reproxy-url: http://10.0.0.1',
  'x-sendfile: /etc/passwd',
];

/** What the platforms answer of their own. */
const OF_THE_APP = ['connection', 'content-length', 'date', 'x-powered-by'];

const sandboxed = {
  'content-security-policy': "sandbox; default-src 'none'",
  'content-disposition': expect.stringMatching(/^attachment/),
};

/** What is answered as which type, and whether a browser is told to run nothing of it. */
const TYPES: [answered: string | undefined, told: string, isInert: boolean][] =
  [
    ['application/json', 'application/json', true],
    [
      'application/json; charset=utf-8',
      'application/json; charset=utf-8',
      true,
    ],
    ['APPLICATION/JSON', 'APPLICATION/JSON', true],
    ['application/pdf', 'application/pdf', true],
    ['application/octet-stream', 'application/octet-stream', true],
    ['application/zip', 'application/zip', true],
    ['application/vnd.ms-excel', 'application/vnd.ms-excel', true],
    [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      true,
    ],
    ['image/png', 'image/png', true],
    ['video/mp4', 'video/mp4', true],
    ['text/plain; charset=utf-7', 'text/plain; charset=utf-7', true],
    ['text/csv', 'text/csv', true],
    ['text/csv; name=javascript.css', 'text/csv; name=javascript.css', true],
    [undefined, 'application/octet-stream', false],
    ['', 'application/octet-stream', false],
    ['text/html', 'text/html', false],
    ['text/html; charset=utf-8', 'text/html; charset=utf-8', false],
    ['Text/HTML ;a', 'Text/HTML ;a', false],
    ['application/xhtml+xml', 'application/xhtml+xml', false],
    ['application/xml', 'application/xml', false],
    ['text/xml', 'text/xml', false],
    ['image/svg+xml', 'image/svg+xml', false],
    [
      'application/vnd.mozilla.xul+xml',
      'application/vnd.mozilla.xul+xml',
      false,
    ],
    ['application/rss+xml', 'application/rss+xml', false],
    ['application/mathml+xml', 'application/mathml+xml', false],
    [
      'multipart/x-mixed-replace; boundary=a',
      'multipart/x-mixed-replace; boundary=a',
      false,
    ],
    ['multipart/related', 'multipart/related', false],
    ['message/rfc822', 'message/rfc822', false],
    ['text/vtt', 'text/vtt', false],
    ['text/markdown', 'text/markdown', false],
    ['application/x-shockwave-flash', 'application/x-shockwave-flash', false],
    ['html', 'html', false],
    ['*/*', '*/*', false],
    ['text/html, application/json', 'application/octet-stream', false],
    ['application/json, text/html', 'application/octet-stream', false],
    ['application/json;,text/html', 'application/octet-stream', false],
    ['application/json;a="b,text/html', 'application/octet-stream', false],
    ['image/png;a=b, image/svg+xml', 'application/octet-stream', false],
    ['application/json\ttext/html', 'application/json\ttext/html', false],
    ['text/javascript', 'application/octet-stream', false],
    [
      'application/javascript; charset=utf-8',
      'application/octet-stream',
      false,
    ],
    ['application/x-ecmascript', 'application/octet-stream', false],
    ['text/jscript', 'application/octet-stream', false],
    ['text/livescript', 'application/octet-stream', false],
    ['text/css', 'application/octet-stream', false],
    ['application/wasm', 'application/octet-stream', false],
  ];

describe.each(platforms)('a gateway on $platform', (platform) => {
  it('passes on to Aspose what is in its list, and nothing else', async () => {
    const { ask, upstream } = await start(platform);

    await ask(
      ...Object.entries(PASSED_TO_ASPOSE).map((pair) => pair.join(': ')),
      ...KEPT_FROM_ASPOSE.map((name) => `${name}: something`),
    );

    expect(headersIn(upstream.received)).toEqual({
      ...PASSED_TO_ASPOSE,
      authorization: 'Bearer static',
      connection: 'keep-alive',
      host: new URL(upstream.url).host,
    });
  });

  it('passes on what the option headers names, in any case', async () => {
    const { ask, upstream } = await start(platform, {
      options: { headers: ['X-Correlation-Id', 'x-absent'] },
    });

    await ask('X-CORRELATION-ID: 7', 'x-other: 8');

    expect(headersIn(upstream.received)).toEqual({
      authorization: 'Bearer static',
      connection: 'keep-alive',
      host: new URL(upstream.url).host,
      'x-correlation-id': '7',
    });
  });

  it('passes on to callers what describes the answer, and nothing that speaks for the app', async () => {
    const { ask } = await start(platform, {
      answered: [
        ...Object.entries(PASSED_TO_CALLERS).map((pair) => pair.join(': ')),
        ...KEPT_FROM_CALLERS,
        'connection: x-named, keep-alive',
      ],
    });

    const answered = await ask();

    for (const name of OF_THE_APP) delete answered[name];
    expect(answered).toEqual({
      ...PASSED_TO_CALLERS,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    [undefined, 'private, no-store'],
    ['private, max-age=60', 'private, max-age=60'],
    ['no-store', 'no-store'],
    ['max-age=60', 'private, no-store'],
    ['public, max-age=60', 'private, no-store'],
    ['public, s-maxage=60', 'private, no-store'],
    ['no-cache', 'private, no-store'],
    ['x-private', 'private, no-store'],
    ['private="set-cookie", max-age=60', 'private, no-store'],
  ])(
    'lets no cache between answer others: %s from Aspose is %s',
    async (answered, told) => {
      const { ask } = await start(platform, {
        answered: answered === undefined ? [] : [`Cache-Control: ${answered}`],
      });

      expect(await ask()).toMatchObject({ 'cache-control': told });
    },
  );

  it.each(TYPES)(
    'answers type %j as %j, inert: %j',
    async (type, told, isInert) => {
      const { ask } = await start(platform, {
        answered: type === undefined ? [] : [`Content-Type: ${type}`],
      });

      const answered = await ask();

      expect(answered).toMatchObject({
        'content-type': told,
        'x-content-type-options': 'nosniff',
        ...(isInert ? {} : sandboxed),
      });
      expect('content-security-policy' in answered).toBe(!isInert);
      expect('content-disposition' in answered).toBe(!isInert);
    },
  );

  it.each([
    ['inline; filename="a.html"', 'attachment; filename="a.html"'],
    ['ATTACHMENT; filename=a', 'ATTACHMENT; filename=a'],
    ['inline', 'attachment'],
    ['attachments', 'attachment'],
    ['', 'attachment'],
  ])('has HTML saved, whatever its disposition: %s', async (given, told) => {
    const { ask } = await start(platform, {
      answered: ['Content-Type: text/html', `Content-Disposition: ${given}`],
    });

    expect(await ask()).toMatchObject({ 'content-disposition': told });
  });

  it.each([
    ['/base/v4.0/y?a=b', '/aspose/v4.0/y?a=b'],
    ['y', '/aspose/v4.0/y'],
    ['/base/v4.0/y#a', '/aspose/v4.0/y'],
    ['<own>/base/v4.0/y', '/aspose/v4.0/y'],
    ['//evil.example/base/v4.0/y', undefined],
    ['https://evil.example/base/v4.0/y', undefined],
    ['/\\evil.example/', undefined],
    ['/elsewhere', undefined],
    ['/baseless/v4.0/y', undefined],
    ['/base/v4.0/../words', undefined],
    ['/base/v4.0/%2e%2e/words', undefined],
    ['/base/v4.0/a%2f..%2fb', undefined],
    ['/base//evil.example', undefined],
    ['/base/connect/token', undefined],
    ['javascript:alert(1)', undefined],
    ['http://[', undefined],
    ['', '/aspose/v4.0/x'],
  ])('tells that Aspose redirects to %s as %s', async (location, told) => {
    const setting = { answered: ['Location: <location>'] };
    const { ask, upstream } = await start(platform, setting);
    upstream.answer = String(upstream.answer).replace(
      '<location>',
      location.replace('<own>', upstream.url),
    );

    expect((await ask())['location']).toBe(told);
  });

  it('keeps what helmet has set, and adds to it', async () => {
    const { ask } = await start(platform, {
      prepare: withHelmet,
      answered: [
        'Content-Type: image/svg+xml',
        "Content-Security-Policy: default-src *; script-src 'unsafe-inline'",
        'X-DNS-Prefetch-Control: on',
        'Referrer-Policy: unsafe-url',
      ],
    });

    expect(await ask()).toMatchObject({
      'content-security-policy': [
        expect.stringContaining("script-src 'self'"),
        "sandbox; default-src 'none'",
      ],
      'referrer-policy': 'no-referrer',
      'x-dns-prefetch-control': 'off',
      'x-frame-options': 'SAMEORIGIN',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('answers to other origins as the app does', async () => {
    const { ask, url } = await start(platform, {
      prepare: (app) =>
        app.enableCors({
          origin: 'https://front.example',
          methods: ['GET', 'PUT'],
          credentials: true,
        }),
      answered: ['Access-Control-Allow-Origin: *', 'Vary: Accept'],
    });

    expect(await ask('Origin: https://front.example')).toMatchObject({
      'access-control-allow-origin': 'https://front.example',
      'access-control-allow-credentials': 'true',
    });
    const { headers, status } = await fetch(`${url}/aspose/v4.0/x`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://front.example',
        'access-control-request-method': 'PUT',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-methods')).toContain('PUT');
  });

  it('says what all of them vary by', async () => {
    const { ask } = await start(platform, {
      prepare: (app) => app.enableCors({ origin: ['https://front.example'] }),
      answered: ['Vary: Accept', 'Vary: Accept-Language'],
    });

    const vary = [(await ask('Origin: https://front.example'))['vary']].flat();

    expect(vary.join(', ').split(', ')).toEqual([
      'Origin',
      'Accept',
      'Accept-Language',
    ]);
  });

  it('describes a body by what Aspose says of it, not by what the app says of all', async () => {
    const { ask } = await start(platform, {
      prepare: (app) => {
        const adapter = app.getHttpAdapter();
        if (adapter.getType() === 'fastify')
          (
            adapter.getInstance() as { addHook(...hook: unknown[]): void }
          ).addHook(
            'onRequest',
            (
              _: unknown,
              reply: { header(...pair: string[]): void },
              done: () => void,
            ) => {
              reply.header('content-type', 'application/json');
              reply.header('content-language', 'de');
              done();
            },
          );
        else
          app.use(
            (
              _: unknown,
              response: { setHeader(...pair: string[]): void },
              next: () => void,
            ) => {
              response.setHeader('content-type', 'application/json');
              response.setHeader('content-language', 'de');
              next();
            },
          );
      },
      answered: ['Content-Type: text/html', 'Content-Language: en'],
    });

    expect(await ask()).toMatchObject({
      'content-type': 'text/html',
      'content-language': 'en',
      ...sandboxed,
    });
  });
});

it('is compressed by the app, with all that was said of it', async () => {
  const [express] = platforms;
  const { ask } = await start(express, {
    prepare: (app) => {
      app.use(compression({ threshold: 0 }));
    },
    answered: ['Content-Type: text/html'],
  });

  const answered = await ask('Accept-Encoding: gzip');

  expect(answered).toMatchObject({
    'content-encoding': 'gzip',
    'transfer-encoding': 'chunked',
    vary: 'Accept-Encoding',
    ...sandboxed,
  });
  expect(answered).not.toHaveProperty('content-length');
});

async function withHelmet(app: INestApplication): Promise<void> {
  if (app.getHttpAdapter().getType() === 'fastify')
    await (app as NestFastifyApplication).register(fastifyHelmet);
  else app.use(helmet());
}
