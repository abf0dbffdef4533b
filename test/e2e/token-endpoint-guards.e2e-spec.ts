import {
  type CanActivate,
  HttpException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { describe, expect, it, vi } from 'vitest';

import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';
import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';
import { askForToken, expectOAuthError } from '../support/token-endpoint.js';

const CANARY = 'canary-secret';

@Injectable()
class AppFilter extends BaseExceptionFilter {
  override catch = vi.fn<() => void>();
}

describe.each(platforms)('a guard of the app on $platform', (platform) => {
  const run = async (canActivate: CanActivate['canActivate']) => {
    const cloud = await startCloud();
    const { url, logger } = await nestApp()
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          guards: [{ canActivate }],
          tokenEndpoint: `${cloud.url}/connect/token`,
        }),
      )
      .declaring({ providers: [{ provide: APP_FILTER, useClass: AppFilter }] })
      .on(platform)
      .start();
    const answer = await askForToken(url, {
      clientId: 'a',
      clientSecret: CANARY,
    });
    expect(cloud.counters.tokenRequests).toBe(0);
    const errors = logger.lines.filter(({ level }) => level === 'error');
    return { answer, errors };
  };

  it.each([
    {
      does: 'throws UnauthorizedException',
      thrown: new UnauthorizedException('Who are you?'),
      expected: {
        status: 401,
        error: 'invalid_client',
        description: /^Who are you\?$/,
      },
    },
    {
      does: 'throws a 418',
      thrown: new HttpException('I am a teapot', 418),
      expected: { status: 418, error: 'invalid_request' },
    },
    {
      does: 'throws a 429',
      thrown: new HttpException('Slowly', 429),
      expected: { status: 429, error: 'temporarily_unavailable' },
    },
    {
      does: 'throws a 503',
      thrown: new HttpException('Later', 503),
      expected: { status: 503, error: 'temporarily_unavailable' },
    },
    {
      does: 'throws a 504',
      thrown: new HttpException('Too late', 504),
      expected: { status: 504, error: 'temporarily_unavailable' },
    },
    {
      does: 'throws a 502',
      thrown: new HttpException({ some: 'object' }, 502),
      expected: { status: 502, error: 'server_error' },
    },
  ])('that $does is heard as OAuth clients expect', async (guard) => {
    const { answer, errors } = await run(() => {
      throw guard.thrown;
    });

    expectOAuthError(answer, guard.expected);
    expect(answer.headers.get('www-authenticate')).toBe(
      guard.expected.status === 401 ? 'Basic realm="token"' : null,
    );
    expect(errors).toStrictEqual([]);
  });

  it('that says no is heard as 403', async () => {
    const { answer } = await run(async () => false);

    expectOAuthError(answer, { status: 403, error: 'unauthorized_client' });
  });

  it('that breaks is answered with 500, without a word of why', async () => {
    const { answer, errors } = await run(() => {
      throw new TypeError('the database of guards is gone');
    });

    expectOAuthError(answer, {
      status: 500,
      error: 'server_error',
      description: /^Something went wrong here\.$/,
    });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.context).toBe('AsposeTokenEndpoint');
    expect(errors[0]?.message).toMatch(
      /^TypeError: the database of guards is gone\n +at /,
    );
  });

  it.each<{ what: string; thrown: unknown; logged: RegExp }>([
    {
      what: 'an error that carries the request',
      thrown: Object.assign(new Error('Network Error'), {
        config: { data: `client_secret=${CANARY}` },
        cause: new Error(CANARY),
      }),
      logged: /^Error: Network Error\n/,
    },
    {
      what: 'an object that is no error',
      thrown: { config: { data: CANARY } },
      logged: /^\[object Object\]$/,
    },
    {
      what: 'an object that cannot be made a text',
      thrown: { toString: 1, valueOf: 1, data: CANARY },
      logged: /^\[object Object\]$/,
    },
    {
      what: 'a text',
      thrown: 'the database of guards is gone',
      logged: /^the database of guards is gone$/,
    },
  ])(
    'that breaks with $what does not show it in the log',
    async ({ thrown, logged }) => {
      const { answer, errors } = await run(() => {
        throw thrown as Error;
      });

      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain(CANARY);
      expect(errors.map(({ message }) => message)).toStrictEqual([
        expect.stringMatching(logged),
      ]);
      expect(errors.map(({ all }) => all).join()).not.toContain(CANARY);
    },
  );
});

describe.each(platforms)(
  '@nestjs/throttler before a token endpoint on $platform',
  (platform) => {
    it('answers 429 with Retry-After, as OAuth clients expect', async () => {
      const cloud = await startCloud();
      const { url } = await nestApp()
        .importing(
          AsposeTokenEndpointModule.forRoot({
            mode: 'forward',
            imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 2 }])],
            guards: [ThrottlerGuard],
            tokenEndpoint: `${cloud.url}/connect/token`,
          }),
        )
        .on(platform)
        .start();

      expect((await askForToken(url, cloud)).status).toBe(200);
      expect((await askForToken(url, cloud)).status).toBe(200);
      const third = await askForToken(url, cloud);

      expectOAuthError(third, {
        status: 429,
        error: 'temporarily_unavailable',
        description: 'Too Many Requests',
      });
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(50);
      expect(cloud.counters.tokenRequests).toBe(2);
    });
  },
);
