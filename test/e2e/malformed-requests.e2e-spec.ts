import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Param,
  Post,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';

import { MalformedBodyFilter } from '../../lib/endpoint/index.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

@Controller()
class ReportController {
  @Get('report/:id')
  report(@Param('id') id: string): string {
    return id;
  }

  @Post('report')
  make(): void {}

  @Get('own')
  own(): never {
    throw new BadRequestException('of the app');
  }
}

/** A filter of the app's own, which comes before the one that must be last. */
@Catch(BadRequestException)
class OwnFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch({ message }: BadRequestException, host: ArgumentsHost): void {
    const response: unknown = host.switchToHttp().getResponse();
    this.adapterHost.httpAdapter.reply(response, { own: message }, 400);
  }
}

const FILTERED = {
  controllers: [ReportController],
  providers: [
    { provide: APP_FILTER, useClass: OwnFilter },
    { provide: APP_FILTER, useClass: MalformedBodyFilter },
  ],
};

interface Case {
  readonly what: string;
  readonly path?: string;
  readonly type?: string;
  readonly encoding?: string;
  readonly body?: string | Buffer;
  readonly expected: Readonly<
    Record<'Express' | 'Fastify', readonly [number, string] | 'read'>
  >;
}

const both = (status: number, message: string) => ({
  Express: [status, message] as const,
  Fastify: [status, message] as const,
});

const CANNOT_BE_PARSED = [400, 'The body cannot be parsed.'] as const;

const CASES: readonly Case[] = [
  {
    what: 'malformed JSON',
    type: JSON_TYPE,
    body: 'canary',
    expected: both(...CANNOT_BE_PARSED),
  },
  {
    what: '__proto__ in JSON',
    type: JSON_TYPE,
    body: '{"__proto__":"canary"}',
    expected: { Express: 'read', Fastify: CANNOT_BE_PARSED },
  },
  {
    what: 'no JSON where it is announced',
    type: JSON_TYPE,
    body: '',
    expected: { Express: 'read', Fastify: [400, 'The body is empty.'] },
  },
  {
    what: 'another type',
    type: 'canary/canary',
    body: 'x',
    expected: {
      Express: 'read',
      Fastify: [415, 'The type of the body is not supported.'],
    },
  },
  ...[JSON_TYPE, FORM].map((type) => ({
    what: `an unknown character set of ${type}`,
    type: `${type}; charset=canary`,
    body: '{}',
    expected: {
      Express: [415, 'The character set of the body is not supported.'],
      Fastify: 'read',
    } as const,
  })),
  {
    what: 'an unknown compression',
    type: FORM,
    encoding: 'canary',
    body: 'a=b',
    expected: {
      Express: [415, 'The compression of the body is not supported.'],
      Fastify: 'read',
    },
  },
  ...[Buffer.from('canary'), gzipSync('{"a":"canary"}').subarray(0, 15)].map(
    (body) => ({
      what: `a broken compression (${body.length} bytes)`,
      type: JSON_TYPE,
      encoding: 'gzip',
      body,
      expected: {
        Express: [400, 'The body cannot be decompressed.'],
        Fastify: CANNOT_BE_PARSED,
      } as const,
    }),
  ),
  {
    what: 'two megabytes',
    type: JSON_TYPE,
    body: '"'.padEnd(2_000_000, 'canary'),
    expected: both(413, 'The body is too large.'),
  },
  {
    what: 'two thousand fields',
    type: FORM,
    body: 'canary&'.repeat(2_000),
    expected: {
      Express: [413, 'The body has too many fields.'],
      Fastify: 'read',
    },
  },
  {
    what: 'fields in fields in fields',
    type: FORM,
    body: `a${'[canary]'.repeat(200)}=1`,
    expected: {
      Express: [400, 'The body is nested too deeply.'],
      Fastify: 'read',
    },
  },
];

describe.each(platforms)('MalformedBodyFilter on $platform', (platform) => {
  it.each(CASES)('answers $what in words of its own', async (request) => {
    const { url, logger } = await nestApp()
      .declaring(FILTERED)
      .on(platform)
      .start();

    const answer = await fetch(`${url}/report`, {
      method: 'POST',
      headers: {
        'Content-Type': request.type ?? JSON_TYPE,
        ...(request.encoding && { 'Content-Encoding': request.encoding }),
      },
      body: new Uint8Array(Buffer.from(request.body ?? '')),
    });

    const expected = request.expected[platform.platform];
    const text = await answer.text();
    const said = text === '' ? [] : [JSON.parse(text).message];
    expect([answer.status, ...said]).toEqual(
      expected === 'read' ? [201] : expected,
    );
    expect(text + logger.lines.map(({ all }) => all).join()).not.toMatch(
      /canary/i,
    );
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('leaves other exceptions to the filters of the app', async () => {
    const { url } = await nestApp().declaring(FILTERED).on(platform).start();

    const answer = await fetch(`${url}/own`);

    expect(await answer.json()).toEqual({ own: 'of the app' });
  });

  it.each([FORM, JSON_TYPE])(
    'has no error logged when a caller goes away in the middle of %s',
    async (type) => {
      const { url, logger, app } = await nestApp()
        .declaring(FILTERED)
        .on(platform)
        .start();
      const asked = once(app.getHttpServer(), 'request');
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.write(
        `POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 99\r\n\r\na=`,
      );
      const [request] = await asked;

      socket.destroy();
      await eventually(() => expect(request.destroyed).toBe(true));
      await fetch(`${url}/own`);

      expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );
});

describe('a URL that cannot be decoded', () => {
  const [express] = platforms;

  it('is not called a body on Express', async () => {
    const { url } = await nestApp().declaring(FILTERED).on(express).start();

    const answer = await fetch(`${url}/report/%E0%A4%A?secret=canary`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'The URL cannot be decoded.',
    });
  });

  it('is answered by Fastify itself, which quotes it, unless the adapter is told otherwise', async () => {
    class Adapter extends FastifyAdapter {
      constructor(_instance?: unknown) {
        super({
          frameworkErrors: (
            _error: unknown,
            _request: unknown,
            reply: FastifyReply,
          ) => {
            void reply.code(400).send({
              statusCode: 400,
              error: 'Bad Request',
              message: 'The URL cannot be decoded.',
            });
          },
        });
      }
    }
    const [quoted, hidden] = await Promise.all(
      [FastifyAdapter, Adapter as typeof FastifyAdapter].map(
        async (adapter) => {
          const { url } = await nestApp()
            .declaring(FILTERED)
            .on({ platform: 'Fastify', adapter })
            .start();
          const answer = await fetch(`${url}/report/%E0%A4%A?secret=canary`);
          return [answer.status, await answer.text()] as const;
        },
      ),
    );

    expect(quoted?.[1]).toContain('canary');
    expect(hidden).toEqual([
      400,
      '{"statusCode":400,"error":"Bad Request","message":"The URL cannot be decoded."}',
    ]);
  });
});
