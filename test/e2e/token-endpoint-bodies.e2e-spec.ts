import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import {
  BadRequestException,
  Controller,
  Get,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { describe, expect, it } from 'vitest';

import {
  AsposeTokenEndpointModule,
  MalformedBodyFilter,
} from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';

import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';
import {
  callEndpoint,
  type EndpointCall,
  expectOAuthError,
  type Pair,
} from '../support/token-endpoint.js';

const LIMIT = 16 * 1024;
const CANARY = 'canary-secret';
const PAIR: Pair = { clientId: 'reports', clientSecret: CANARY };
const express = { platform: 'Express', adapter: ExpressAdapter } as const;

const form = (body: string | Buffer, headers = {}): EndpointCall => ({
  headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  body: new Uint8Array(Buffer.from(body)),
});

const json = (body: string): EndpointCall => ({
  headers: { 'Content-Type': 'application/json' },
  body,
});

/** Sends a body in chunks, so that it does not tell its length. */
const inChunks = ({ headers, body }: EndpointCall): EndpointCall => ({
  headers: headers ?? {},
  body: Readable.toWeb(
    Readable.from([Buffer.from(body as string)]),
  ) as ReadableStream,
  duplex: 'half',
});

const formText = (bytes: number): string =>
  `client_id=${PAIR.clientId}&client_secret=${CANARY}&x=`.padEnd(bytes, 'x');

const jsonText = (bytes: number): string => {
  const text = (x: string) =>
    JSON.stringify({ client_id: PAIR.clientId, client_secret: CANARY, x });
  return text('x'.repeat(bytes - text('').length));
};

const nested = (depth: number): string =>
  `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe.each(platforms)('a token request on $platform', (platform) => {
  it.each([
    { what: 'form', call: (bytes: number) => form(formText(bytes)) },
    { what: 'JSON', call: (bytes: number) => json(jsonText(bytes)) },
  ])('is read up to 16 KiB of $what', async ({ call }) => {
    const cloud = await startCloud(PAIR);
    const { url } = await nestApp()
      .forwardingTo(cloud.url)
      .on(platform)
      .start();

    expect((await callEndpoint(url, call(LIMIT))).status).toBe(200);
    expectOAuthError(await callEndpoint(url, call(LIMIT + 1)), {
      status: 413,
      error: 'invalid_request',
      description: 'at most 16384 bytes',
    });
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it.each([
    { what: 'form', call: (bytes: number) => inChunks(form(formText(bytes))) },
    { what: 'JSON', call: (bytes: number) => inChunks(json(jsonText(bytes))) },
  ])('is refused beyond 16 KiB of $what in chunks too', async ({ call }) => {
    const cloud = await startCloud(PAIR);
    const { url } = await nestApp()
      .forwardingTo(cloud.url)
      .on(platform)
      .start();

    expect((await callEndpoint(url, call(LIMIT - 100))).status).toBe(200);
    expect((await callEndpoint(url, call(LIMIT + 100))).status).toBe(413);
  });

  it('is refused when it is nested more deeply than a stack reaches', async () => {
    const { url } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .on(platform)
      .start();

    const whole = await callEndpoint(url, json(nested(8_000)));
    const chunked = await callEndpoint(url, inChunks(json(nested(40_000))));

    expectOAuthError(whole, { status: 400, error: 'invalid_request' });
    expectOAuthError(chunked, { status: 413, error: 'invalid_request' });
  });

  it('to a broker has the same limit', async () => {
    const { url } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          guards: [{ canActivate: () => true }],
        }),
      )
      .on(platform)
      .start();

    expect((await callEndpoint(url, form(formText(LIMIT)))).status).toBe(200);
    expectOAuthError(await callEndpoint(url, form(formText(LIMIT + 1))), {
      status: 413,
      error: 'invalid_request',
    });
  });
});

describe('a compressed token request on Express', () => {
  it('is measured by what it holds', async () => {
    const cloud = await startCloud(PAIR);
    const { url } = await nestApp().forwardingTo(cloud.url).on(express).start();
    const send = (bytes: number) =>
      callEndpoint(
        url,
        form(gzipSync(formText(bytes)), { 'Content-Encoding': 'gzip' }),
      );

    expect((await send(LIMIT - 100)).status).toBe(200);
    expect((await send(LIMIT + 100)).status).toBe(413);
  });
});

const MALFORMED = {
  'a bare word': CANARY,
  'a missing quote': `{"client_secret": ${CANARY}"}`,
  'half an object': `{"client_secret":"${CANARY}"`,
  'something after the object': `{}${CANARY}`,
  'a bad escape': `{"client_secret":"\\${CANARY}"}`,
  'a line break in a string': `{"client_secret":"\n${CANARY}"}`,
  'a key without quotes': `{${CANARY}: 1}`,
};

@Controller()
class ReportController {
  @Get('report')
  report(): never {
    throw new BadRequestException('The template must be valid JSON');
  }
}

describe.each(platforms)('malformed JSON on $platform', (platform) => {
  const run = (metadata: ModuleMetadata = {}) =>
    nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .declaring(metadata)
      .on(platform)
      .start();
  const withFilter: ModuleMetadata = {
    controllers: [ReportController],
    providers: [{ provide: APP_FILTER, useClass: MalformedBodyFilter }],
  };

  it.each(Object.entries(MALFORMED))(
    'is answered by the platform, and MalformedBodyFilter hides %s',
    async (_what, body) => {
      const { url, logger } = await run(withFilter);

      const { status, text } = await callEndpoint(url, json(body));

      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({
        statusCode: 400,
        message: expect.stringMatching(/^(The b|B)ody .*(parsed|valid JSON)/),
      });
      expect(text).not.toContain(CANARY.slice(0, 5));
      expect(logger.lines.map(({ all }) => all).join()).not.toContain(CANARY);
    },
  );

  it('is told from what the app itself says of JSON', async () => {
    const { url } = await run(withFilter);

    const answer = await fetch(`${url}/report`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      message: 'The template must be valid JSON',
    });
  });
});

describe('malformed JSON on Express', () => {
  it('is quoted without the filter, which is why there is one', async () => {
    const { url } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .on(express)
      .start();

    const { status, text } = await callEndpoint(url, json(CANARY));

    expect(status).toBe(400);
    expect(text).toContain(CANARY);
  });
});
