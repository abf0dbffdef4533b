import {
  Controller,
  Get,
  HttpException,
  type INestApplication,
  Param,
  type Provider,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  AsposeAuthExceptionFilter,
  AsposeAuthInterceptor,
  type AsposeAuthModuleOptions,
  AsposeHttpService,
} from '../../lib/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { type Platform, platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';

const STATUS_BY_CODE: Record<AsposeAuthErrorCode, number> = {
  ASPOSE_AUTH_TOKEN_UNAVAILABLE: 503,
  ASPOSE_AUTH_BUDGET_EXHAUSTED: 503,
  ASPOSE_AUTH_THROTTLED: 503,
  ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE: 503,
  ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED: 503,
  ASPOSE_AUTH_CREDENTIALS_UNAVAILABLE: 503,
  ASPOSE_AUTH_TOKEN_ENDING: 503,
  ASPOSE_AUTH_EXPIRED_ON_ARRIVAL: 503,
  ASPOSE_AUTH_SHUT_DOWN: 503,
  ASPOSE_AUTH_UNKNOWN_TENANT: 503,
  ASPOSE_AUTH_TENANT_LIMIT: 503,
  ASPOSE_AUTH_TOKEN_REQUEST_TIMEOUT: 504,
  ASPOSE_AUTH_CREDENTIALS_REFUSED: 502,
  ASPOSE_AUTH_TOKEN_UNAUTHORIZED: 502,
  ASPOSE_AUTH_TOKEN_REQUEST_REDIRECTED: 502,
  ASPOSE_AUTH_RESPONSE_EMPTY: 502,
  ASPOSE_AUTH_RESPONSE_TOO_LARGE: 502,
  ASPOSE_AUTH_RESPONSE_NOT_JSON: 502,
  ASPOSE_AUTH_RESPONSE_CARRIES_ERROR: 502,
  ASPOSE_AUTH_TOKEN_MISSING: 502,
  ASPOSE_AUTH_TOKEN_TOO_LONG: 502,
  ASPOSE_AUTH_TOKEN_MALFORMED: 502,
  ASPOSE_AUTH_TOKEN_TYPE_UNSUPPORTED: 502,
  ASPOSE_AUTH_LIFETIME_INVALID: 502,
  // What follows is a mistake in the app, not a failure to get a token.
  ASPOSE_AUTH_INVALID_OPTIONS: 500,
  ASPOSE_AUTH_DUPLICATE_REGISTRATION: 500,
  ASPOSE_AUTH_UNKNOWN_CLIENT: 500,
  ASPOSE_AUTH_NO_TENANT: 500,
  ASPOSE_AUTH_DISABLED: 500,
  ASPOSE_AUTH_FOREIGN_ORIGIN: 500,
  ASPOSE_AUTH_UNGUARDED: 500,
  ASPOSE_AUTH_NETWORK_BLOCKED: 500,
  ASPOSE_AUTH_REDACTED_AUTHORIZATION: 500,
  ASPOSE_AUTH_BODY_USED_UP: 500,
  ASPOSE_AUTH_IDLE_TIMEOUT: 500,
};

const CODES = Object.values(AsposeAuthErrorCode);

@Controller()
class FailingController {
  constructor(private readonly aspose: AsposeHttpService) {}

  @Get('token/:code')
  token(@Param('code') code: AsposeAuthErrorCode): never {
    throw new AsposeAuthError(code, 'Aspose said: wrong secret', {
      retryAfterMs: 2_500,
    });
  }

  @Get('teapot')
  teapot(): never {
    throw new HttpException('I am a teapot', 418);
  }

  @Get('other')
  other(): never {
    throw new Error('no disk');
  }

  @Get('api/:status')
  async api(@Param('status') status: string): Promise<unknown> {
    return (await firstValueFrom(this.aspose.get(`/fails/${status}`))).data;
  }

  @Get('late')
  late(@Res() response: ServerResponse | HijackedReply): never {
    if ('hijack' in response) response.hijack();
    ('raw' in response ? response.raw : response).write('a part');
    throw new AsposeAuthError(
      AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
      'no token is left',
    );
  }
}

/** The part of Fastify's reply that takes an answer out of its hands. */
interface HijackedReply {
  hijack(): void;
  readonly raw: ServerResponse;
}

@Controller('intercepted')
@UseInterceptors(AsposeAuthInterceptor)
class InterceptedController extends FailingController {}

const useNothing = (): void => {};

const WAYS: {
  way: string;
  path: string;
  providers: Provider[];
  configure: (app: INestApplication) => void;
}[] = [
  {
    way: 'AsposeAuthExceptionFilter as APP_FILTER',
    path: '',
    providers: [
      { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
    ],
    configure: useNothing,
  },
  {
    way: 'new AsposeAuthExceptionFilter() in useGlobalFilters',
    path: '',
    providers: [],
    configure: (app) =>
      void app.useGlobalFilters(
        new AsposeAuthExceptionFilter(app.get(HttpAdapterHost)),
      ),
  },
  {
    way: 'AsposeAuthInterceptor on a controller',
    path: '/intercepted',
    providers: [],
    configure: useNothing,
  },
  {
    way: 'AsposeAuthInterceptor as APP_INTERCEPTOR',
    path: '',
    providers: [
      { provide: APP_INTERCEPTOR, useExisting: AsposeAuthInterceptor },
    ],
    configure: useNothing,
  },
];

const CASES = platforms.flatMap((on) =>
  WAYS.map(
    (setting) => [setting.way, on.platform, { on, ...setting }] as const,
  ),
);

describe.each(CASES)('%s, on %s,', (_, __, setting) => {
  const setUp = async () => {
    const cloud = await startCloud();
    const { url, logger } = await runFailing(setting.on, setting, {
      ...optionsFor(cloud),
    });
    return { cloud, logger, url: `${url}${setting.path}` };
  };

  it('answers each failure to get a token, and no other, with its status', async () => {
    const { url } = await setUp();

    const answers = await Promise.all(
      CODES.map(async (code) => {
        const answer = await fetch(`${url}/token/${code}`);
        return { code, answer, text: await answer.text() };
      }),
    );

    expect(
      Object.fromEntries(
        answers.map(({ code, answer }) => [code, answer.status]),
      ),
    ).toStrictEqual(STATUS_BY_CODE);
    for (const { answer, text } of answers) {
      const isMapped = answer.status !== 500;
      expect(answer.headers.get('Retry-After')).toBe(isMapped ? '3' : null);
      expect(JSON.parse(text)).toMatchObject({ statusCode: answer.status });
      expect(text).not.toMatch(/secret|Aspose said|ASPOSE_AUTH/);
    }
  });

  it('lets other errors pass', async () => {
    const { url } = await setUp();

    expect((await fetch(`${url}/teapot`)).status).toBe(418);
    expect((await fetch(`${url}/other`)).status).toBe(500);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });

  it.each([
    [401, 502],
    [403, 502],
    [503, 503],
  ])(
    'answers %i of an API with %i, without what it says',
    async (status, expected) => {
      const { cloud, url } = await setUp();
      cloud.route('GET', `/fails/${status}`, (_, response) => {
        response
          .writeHead(status, { 'WWW-Authenticate': 'Bearer' })
          .end('what the API says');
      });

      const answer = await fetch(`${url}/api/${status}`);

      expect(answer.status).toBe(expected);
      expect(answer.headers.get('WWW-Authenticate')).toBeNull();
      expect(await answer.text()).not.toContain('what the API says');
    },
  );

  it('ends an answer that has already begun', async () => {
    const { logger, url } = await setUp();

    const answer = await fetch(`${url}/late`);

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('a part');
    expect(logger.lines.filter(({ level }) => level === 'error')).toStrictEqual(
      [],
    );
  });
});

function runFailing(
  platform: Platform,
  {
    providers,
    configure,
  }: Pick<(typeof WAYS)[number], 'providers' | 'configure'>,
  options: AsposeAuthModuleOptions,
) {
  return nestApp()
    .with(options)
    .declaring({
      controllers: [FailingController, InterceptedController],
      providers,
    })
    .prepared(configure)
    .on(platform)
    .start();
}
