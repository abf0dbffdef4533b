import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import type {
  CanActivate,
  INestApplication,
  NestApplicationOptions,
} from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyPluginCallback } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { brokerModule, callerOf, reporting } from '../support/broker.js';
import { startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { platforms, type Platform } from '../support/platforms.js';
import {
  callEndpoint,
  type EndpointCall,
  expectOAuthError,
  formCall,
  jsonCall,
  type Pair,
} from '../support/token-endpoint.js';

const FORM = 'application/x-www-form-urlencoded';
const TYPES = [FORM, 'application/json'];
const PATH = '/v4.0/cells/connect/token';
const LIMIT = 16 * 1024;

const [express, fastify] = platforms;

/** A way in which an app reads bodies, or does not. */
interface Setup {
  readonly what: string;
  readonly platform: Platform;
  readonly options?: NestApplicationOptions;
  readonly prepare?: (app: INestApplication) => void;
}

const unparsed: Setup = {
  what: 'bodyParser: false',
  platform: express,
  options: { bodyParser: false },
};

const onExpress = (app: INestApplication) => app as NestExpressApplication;
const onFastify = (app: INestApplication) => app as NestFastifyApplication;
const all = () => true;

const SETUPS: readonly Setup[] = [
  unparsed,
  {
    ...unparsed,
    what: 'a parser of JSON alone',
    prepare: (app) => onExpress(app).useBodyParser('json'),
  },
  {
    ...unparsed,
    what: 'a parser that keeps buffers',
    prepare: (app) => onExpress(app).useBodyParser('raw', { type: all }),
  },
  {
    ...unparsed,
    what: 'a parser that keeps texts',
    prepare: (app) => onExpress(app).useBodyParser('text', { type: all }),
  },
  {
    ...unparsed,
    what: 'middleware that leaves an empty object, as Express 4 does',
    prepare: (app) =>
      app.use((request: { body: unknown }, _: unknown, next: () => void) => {
        request.body = {};
        next();
      }),
  },
  {
    ...unparsed,
    what: 'middleware that keeps a rawBody alone, as cloud functions do',
    prepare: (app) =>
      app.use(
        (
          request: IncomingMessage & { rawBody?: Buffer },
          _: unknown,
          next: () => void,
        ) => {
          const chunks: Buffer[] = [];
          request.on('data', (chunk: Buffer) => chunks.push(chunk));
          request.on('end', () => {
            request.rawBody = Buffer.concat(chunks);
            next();
          });
        },
      ),
  },
  { what: 'rawBody: true', platform: express, options: { rawBody: true } },
  { what: 'rawBody: true', platform: fastify, options: { rawBody: true } },
  {
    what: 'bodyParser: false and a parser of forms',
    platform: fastify,
    options: { bodyParser: false },
    prepare: (app) => onFastify(app).useBodyParser(FORM),
  },
  {
    what: 'parsers that keep buffers',
    platform: fastify,
    options: { bodyParser: false },
    prepare: (app) => {
      const instance = onFastify(app).getHttpAdapter().getInstance();
      instance.removeAllContentTypeParsers();
      instance.addContentTypeParser(
        TYPES,
        { parseAs: 'buffer' },
        (_request, body, done) => done(null, body),
      );
    },
  },
  {
    what: 'parsers that leave the stream alone',
    platform: fastify,
    options: { bodyParser: false },
    prepare: (app) => {
      const instance = onFastify(app).getHttpAdapter().getInstance();
      instance.removeAllContentTypeParsers();
      instance.addContentTypeParser(TYPES, (_request, _payload, done) =>
        done(null),
      );
    },
  },
];

const textOf = ({ body }: EndpointCall): string =>
  body instanceof URLSearchParams ? body.toString() : (body as string);

const withType = (type: string, call: EndpointCall): EndpointCall => ({
  headers: { 'Content-Type': type },
  body: textOf(call),
});

const inChunks = (type: string, call: EndpointCall): EndpointCall => ({
  headers: { 'Content-Type': type },
  body: Readable.toWeb(
    Readable.from(
      (textOf(call).match(/.{1,20}/gs) ?? []).map((part) => Buffer.from(part)),
    ),
  ) as ReadableStream,
  duplex: 'half',
});

/** A token request, in every form that a body may have. */
const CALLS: Readonly<Record<string, (pair: Pair) => EndpointCall>> = {
  'a form': formCall,
  'a form in UTF-8': (pair) =>
    withType(`${FORM};charset="UTF-8"`, formCall(pair)),
  'a form in chunks': (pair) => inChunks(FORM, formCall(pair)),
  JSON: (pair) => jsonCall(asJson(pair)),
  'JSON in UTF-8': (pair) =>
    withType('Application/JSON; charset=utf-8', jsonCall(asJson(pair))),
  'JSON in chunks': (pair) =>
    inChunks('application/json', jsonCall(asJson(pair))),
};

const asJson = ({ clientId, clientSecret }: Pair) => ({
  client_id: clientId,
  client_secret: clientSecret,
});

const start = async (
  { platform, options, prepare = () => {} }: Setup,
  tokenEndpoint = 'http://127.0.0.1:1',
) =>
  nestApp()
    .forwardingTo(tokenEndpoint)
    .prepared(prepare)
    .on(platform, options)
    .start();

describe.each(SETUPS)(
  'a token endpoint on $platform.platform with $what',
  (setup) => {
    it.each(Object.entries(CALLS))('reads %s', async (_what, callFor) => {
      const cloud = await startCloud({ clientSecret: 'ä&= %+ß' });
      const { url } = await start(setup, cloud.url);

      const { status, text } = await callEndpoint(url, callFor(cloud));

      expect({ status, text }).toMatchObject({ status: 200 });
    });

    it('hears from the caller of a broker which token is unauthorized', async () => {
      const cloud = await startCloud();
      const { url, tokens } = await nestApp()
        .overCloud(cloud)
        .importing(brokerModule())
        .prepared((app) => {
          app.setGlobalPrefix('api');
          setup.prepare?.(app);
        })
        .on(setup.platform, setup.options)
        .start();
      const { grant } = callerOf(`${url}/api`);
      const first = await grant();

      const second = await grant(reporting((await tokens.getToken()).sha256));

      expect(second.access_token).not.toBe(first.access_token);
    });

    it('lets its guards see the body', async () => {
      const seen: unknown[] = [];
      const guard: CanActivate = {
        canActivate: (context) => {
          const { body } = context
            .switchToHttp()
            .getRequest<{ body: Record<string, unknown> }>();
          seen.push(body['client_secret']);
          return false;
        },
      };
      const { url } = await nestApp()
        .importing(
          AsposeTokenEndpointModule.forRoot({
            mode: 'forward',
            guards: [guard],
          }),
        )
        .prepared(setup.prepare ?? (() => {}))
        .on(setup.platform, setup.options)
        .start();

      const pair = { clientId: 'reports', clientSecret: 'key' };
      for (const callFor of Object.values(CALLS))
        await callEndpoint(url, callFor(pair));

      expect(seen).toStrictEqual(Object.keys(CALLS).map(() => 'key'));
    });

    it.each([
      { what: 'no body', call: {} },
      { what: 'an empty form', call: withType(FORM, { body: '' }) },
      { what: 'a form of nothing', call: withType(FORM, { body: '&&=&' }) },
    ])('says that the credentials are missing in $what', async ({ call }) => {
      const { url } = await start(setup);

      expectOAuthError(await callEndpoint(url, call), {
        status: 400,
        error: 'invalid_request',
        description: 'The client id and secret are missing.',
      });
    });

    it('refuses what is too large', async () => {
      const { url } = await start(setup);
      const body = `client_secret=${'x'.repeat(LIMIT)}`;

      for (const call of [withType(FORM, { body }), inChunks(FORM, { body })])
        expectOAuthError(await callEndpoint(url, call), {
          status: 413,
          error: 'invalid_request',
          description: 'at most 16384 bytes',
        });
    });

    it('does not break of escapes that cannot be decoded', async () => {
      const cloud = await startCloud();
      const { url } = await start(setup, cloud.url);

      const { status } = await callEndpoint(
        url,
        withType(FORM, { body: 'client_id=%E0%A4%A&client_secret=%%%' }),
      );

      expect(status).toBe(400);
    });
  },
);

describe('a body that the token endpoint reads itself', () => {
  it.each([
    {
      what: 'malformed JSON',
      call: withType('application/json', { body: '{"client_secret": canary' }),
      status: 400,
      description: 'The body cannot be parsed.',
    },
    {
      what: 'what is not UTF-8',
      call: {
        headers: { 'Content-Type': FORM },
        body: new Uint8Array([0x61, 0x3d, 0xe4]),
      },
      status: 400,
      description: 'The body cannot be parsed.',
    },
    {
      what: 'another character set',
      call: withType(`${FORM}; charset=canary`, { body: 'a=b' }),
      status: 415,
      description: 'UTF-8',
    },
    {
      what: 'what is compressed',
      call: {
        headers: { 'Content-Type': FORM, 'Content-Encoding': 'gzip' },
        body: new Uint8Array(gzipSync('a=b')),
      },
      status: 415,
      description: 'compressed',
    },
  ])('is not $what', async ({ call, status, description }) => {
    const { url } = await start(unparsed);

    const answer = await callEndpoint(url, call);

    expectOAuthError(answer, { status, error: 'invalid_request', description });
    expect(answer.text).not.toContain('canary');
  });

  it('is another type, which is treated as none', async () => {
    const { url } = await start(unparsed);

    expectOAuthError(
      await callEndpoint(url, withType('text/plain', { body: 'client_id=a' })),
      { status: 400, error: 'invalid_request', description: 'missing' },
    );
  });

  it('is waited for no longer than ten seconds', async () => {
    const clock = new ManualTokenClock();
    const { url } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .timedBy(clock)
      .on(express, { bodyParser: false })
      .start();
    const socket = await halfSent(url);
    const heard = everythingFrom(socket);
    await eventually(() => expect(clock.scheduled.all).toBe(1));

    await clock.advance(9_999);
    socket.write('still=');
    expect(clock.scheduled.all).toBe(1);
    await clock.advance(1);

    const answer = await heard;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('The body did not arrive in time.');
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(clock.scheduled.all).toBe(0);
  });

  it('is not waited for once the caller is gone', async () => {
    const clock = new ManualTokenClock();
    const { url, logger } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .timedBy(clock)
      .on(express, { bodyParser: false })
      .start();
    const socket = await halfSent(url);
    await eventually(() => expect(clock.scheduled.all).toBe(1));

    socket.destroy();

    await eventually(() => expect(clock.scheduled.all).toBe(0));
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a body that somebody has read and not kept', () => {
  it.each<Setup>([
    {
      ...unparsed,
      what: 'middleware',
      prepare: (app) =>
        app.use(
          (request: IncomingMessage, _: unknown, next: () => void) =>
            void request.resume().on('end', next),
        ),
    },
    {
      what: 'a parser',
      platform: fastify,
      options: { bodyParser: false },
      prepare: (app) =>
        onFastify(app)
          .getHttpAdapter()
          .getInstance()
          .addContentTypeParser(FORM, (_request, payload, done) => {
            payload.resume().on('end', () => done(null));
          }),
    },
  ])(
    'by $what on $platform.platform is told from one that is missing',
    async (setup) => {
      const { url, logger } = await start(setup);
      const pair = { clientId: 'reports', clientSecret: 'canary' };

      const answers = [
        await callEndpoint(url, formCall(pair)),
        await callEndpoint(url, formCall(pair)),
      ];

      for (const answer of answers)
        expectOAuthError(answer, {
          status: 500,
          error: 'server_error',
          description: 'was read before it came here',
        });
      const told = logger.lines.filter(({ level }) => level === 'error');
      expect(told).toHaveLength(1);
      expect(told[0]?.all).toContain('leaves nothing of them in request.body');
    },
  );
});

describe('an app on Fastify without a parser of forms', () => {
  it('does not start, and says which call is missing', async () => {
    const started = nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .on(fastify, { bodyParser: false })
      .start();

    await expect(started).rejects.toThrow(
      `call app.useBodyParser('${FORM}') before the app starts.`,
    );
  });

  it('starts without the endpoint', async () => {
    await expect(
      nestApp().on(fastify, { bodyParser: false }).start(),
    ).resolves.toBeDefined();
  });

  it('starts with a plugin that brings one', async () => {
    const { url } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      // Not awaited, as in many an app.
      .prepared((app) => void onFastify(app).register(formPlugin))
      .on(fastify, { bodyParser: false })
      .start();

    expectOAuthError(
      await callEndpoint(url, formCall({ clientId: '', clientSecret: '' })),
      { status: 400, error: 'invalid_request', description: 'needed' },
    );
  });
});

/** What @fastify/formbody does. */
const formPlugin: FastifyPluginCallback = Object.assign(
  ((instance, _options, done) => {
    instance.addContentTypeParser(
      FORM,
      { parseAs: 'string' },
      (_request, body, parsed) =>
        parsed(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    done();
  }) satisfies FastifyPluginCallback,
  { [Symbol.for('skip-override')]: true },
);

/** Sends half of a form, and keeps the connection open. */
async function halfSent(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM}\r\nContent-Length: 100\r\n\r\nclient_id=a&`,
  );
  return socket;
}

async function everythingFrom(socket: Socket): Promise<string> {
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  await once(socket, 'close');
  return heard;
}
