import { ConsoleLogger, type ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Request } from 'express';
import morgan from 'morgan';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import type { EmulatorFault } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { callEndpoint, WAYS_TO_SEND } from '../support/token-endpoint.js';

const CANARY = 'canary-secret';

const FAULTS: readonly EmulatorFault[] = [
  { kind: 'refuse' },
  { kind: 'html', status: 503 },
  { kind: 'redirect', location: 'https://elsewhere.example/' },
  { kind: 'throttle', retryAfter: '600' },
  { kind: 'answer', body: { error: CANARY } },
  { kind: 'reset' },
];

describe.each(platforms)(
  'the log of an app on $platform',
  { timeout: 30_000 },
  (platform) => {
    it('has neither the secret nor the token in it, however they come and go', async () => {
      const cloud = await startCloud({ clientSecret: CANARY });
      const written: string[] = [];
      for (const stream of [process.stdout, process.stderr])
        vi.spyOn(stream, 'write').mockImplementation((chunk) => {
          written.push(String(chunk));
          return true;
        });
      const { url, logger } = await nestApp()
        .forwardingTo(cloud.url)
        .prepared((app) => app.useLogger(new ConsoleLogger({ json: true })))
        .on(platform)
        .start();

      const tokens: string[] = [];
      for (const [way, callFor] of Object.entries(WAYS_TO_SEND)) {
        const granted = await callEndpoint(url, callFor(cloud));
        expect(granted.status).toBe(200);
        tokens.push(
          (JSON.parse(granted.text) as { access_token: string }).access_token,
        );
        for (const fault of FAULTS) {
          cloud.failNext(fault);
          const clientId = `${fault.kind} in ${way}`;
          const pair = { clientId, clientSecret: CANARY };
          await callEndpoint(url, callFor(pair));
        }
        await callEndpoint(url, { ...callFor(cloud), method: 'PUT' });
      }
      await cloud.close();
      for (const callFor of Object.values(WAYS_TO_SEND))
        await callEndpoint(url, callFor(cloud));

      const log = [...written, ...logger.lines.map(({ all }) => all)].join(
        '\n',
      );
      vi.restoreAllMocks();
      expect(log).toContain('AsposeTokenEndpointModule');
      for (const canary of [CANARY, ...tokens])
        expect(log).not.toContain(canary);
    });
  },
);

describe('an access log without queries', () => {
  const callWithQuery = (url: string): Promise<unknown> =>
    callEndpoint(url, {
      query: { client_id: 'reports', client_secret: CANARY },
    });
  const serve = (tokenEndpoint: string): ModuleMetadata => ({
    imports: [
      AsposeTokenEndpointModule.forRoot({
        mode: 'forward',
        public: true,
        tokenEndpoint: `${tokenEndpoint}/connect/token`,
      }),
    ],
  });

  it('is kept by morgan on Express with a token of your own', async () => {
    const cloud = await startCloud();
    const module = await Test.createTestingModule(serve(cloud.url)).compile();
    const app = module.createNestApplication(new ExpressAdapter(), {
      logger: false,
    });
    const lines: string[] = [];
    morgan.token<Request>('path', ({ originalUrl }) =>
      originalUrl.replace(/\?.*/, ''),
    );
    app.use(
      morgan(':method :path :status :response-time ms', {
        stream: { write: (line) => lines.push(line) },
      }),
    );
    await app.listen(0, '127.0.0.1');
    onTestFinished(() => app.close());

    await callWithQuery(await app.getUrl());

    await eventually(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatch(/^POST \/v4\.0\/cells\/connect\/token 400 /);
    expect(lines[0]).not.toContain(CANARY);
  });

  it('is kept by Fastify with a serializer of your own', async () => {
    const cloud = await startCloud();
    const module = await Test.createTestingModule(serve(cloud.url)).compile();
    const stream = new PassThrough();
    const chunks: string[] = [];
    stream.on('data', (chunk) => chunks.push(String(chunk)));
    const app = module.createNestApplication(
      new FastifyAdapter({
        logger: {
          stream,
          serializers: {
            req: ({ method, url }: { method: string; url: string }) => ({
              method,
              url: url.replace(/\?.*/, ''),
            }),
          },
        },
      }),
      { logger: false },
    );
    await app.listen(0, '127.0.0.1');
    onTestFinished(() => app.close());

    await callWithQuery(await app.getUrl());

    await eventually(() =>
      expect(chunks.join('')).toContain('request completed'),
    );
    expect(chunks.join('')).toContain('"url":"/v4.0/cells/connect/token"');
    expect(chunks.join('')).not.toContain(CANARY);
  });
});
