import { inspect } from 'node:util';

import { Controller, Get, type Provider } from '@nestjs/common';
import { APP_FILTER, ModulesContainer } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthExceptionFilter,
  type AsposeAuthModuleOptions,
  AsposeHttpService,
  AsposeTokenService,
  isAsposeAuthError,
  RequireAsposeToken,
} from '../../lib/index.js';
import {
  type AsposeCloudEmulator,
  ManualTokenClock,
} from '../../lib/testing/index.js';
import type { EmulatorFault } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { leaksIn } from '../support/leaks.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';

const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const TOKEN = 'canary-token-that-nobody-may-see';
const canaries = { secret: SECRET, token: TOKEN };

/** Answers that quote what they were sent. */
const FAILURES: [string, EmulatorFault][] = [
  ['a refusal', { kind: 'refuse' }],
  [
    'a refusal that quotes the request',
    {
      kind: 'answer',
      status: 400,
      body: { error: SECRET, error_description: `no such secret: ${SECRET}` },
    },
  ],
  [
    'a page that quotes the request',
    { kind: 'answer', body: `<p>client_secret=${SECRET}</p>` },
  ],
  [
    'an error in a 200',
    { kind: 'answer', body: { error: SECRET, access_token: TOKEN } },
  ],
  [
    'a token no header may carry',
    { kind: 'answer', body: { access_token: `${TOKEN}\r\n`, expires_in: 60 } },
  ],
  [
    'a token whose lifetime is not a number',
    { kind: 'answer', body: { access_token: TOKEN, expires_in: SECRET } },
  ],
  [
    'a token of another type',
    {
      kind: 'answer',
      body: { access_token: TOKEN, token_type: SECRET, expires_in: 60 },
    },
  ],
  [
    'a redirect',
    { kind: 'redirect', location: `http://127.0.0.1:1/?s=${SECRET}` },
  ],
  ['a throttle', { kind: 'throttle', retryAfter: '7' }],
  ['a failure', { kind: 'html' }],
  ['a reset connection', { kind: 'reset' }],
  ['half an answer', { kind: 'truncated' }],
];

const WAYS: [string, AsposeAuthModuleOptions][] = [
  ['in the form', {}],
  [
    'in the query',
    { credentialsIn: 'query', tokenEndpoint: '/v4.0/cells/connect/token' },
  ],
];

const optionsWithSecret = (cloud: AsposeCloudEmulator) => ({
  ...optionsFor(cloud),
  clientSecret: SECRET,
  retry: { attempts: 1 },
});

describe.each(WAYS)('With the secret %s', (_, way) => {
  it.each(FAILURES)(
    'neither it nor a token shows in the error, events or log of %s',
    async (_, fault) => {
      const cloud = await startCloud({ clientSecret: SECRET });
      cloud.failNext(fault);
      const { tokens, events, logger } = await nestApp()
        .with({
          ...optionsWithSecret(cloud),
          ...way,
        })
        .start();

      const error = await rejectionOf(tokens.getToken());

      expect(isAsposeAuthError(error)).toBe(true);
      expect(cloud.counters.tokenRequests).toBe(1);
      expect(leaksIn(error, canaries)).toStrictEqual([]);
      expect(leaksIn(events, canaries)).toStrictEqual([]);
      expect(leaksIn(tokens.explain(), canaries)).toStrictEqual([]);
      expect(logger.own).not.toStrictEqual([]);
      expect(leaksIn(logger.lines, canaries)).toStrictEqual([]);
    },
  );
});

describe('Over the life of an app', () => {
  it('no token shows in events or log', async () => {
    const cloud = await startCloud({ clientSecret: SECRET });
    const clock = new ManualTokenClock();
    const { aspose, tokens, events, logger } = await nestApp()
      .with(optionsWithSecret(cloud))
      .timedBy(clock)
      .start();
    const seen: Record<string, string> = { secret: SECRET };
    const call = async () => {
      await firstValueFrom(
        aspose.get('/v4.0/cells', { validateStatus: () => true }),
      );
      seen[`token ${events.length}`] = String(tokens.peekToken()?.value);
    };

    await call();
    cloud.revokeAll();
    await call();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });
    await call();
    cloud.heal();
    await clock.advance(0.81 * 86_400_000);
    cloud.failNext({ kind: 'html' });
    await call();
    await until(() => events.at(-1)?.type === 'refresh-failed');
    await clock.advance(60_000);
    await call();
    await until(() => events.at(-1)?.type === 'refreshed');
    await call();
    tokens.reset();
    tokens.close();

    expect(new Set(events.map(({ type }) => type))).toStrictEqual(
      new Set([
        'fetched',
        'unauthorized',
        'renewal-held',
        'refresh-failed',
        'refreshed',
        'reset',
        'closed',
      ]),
    );
    expect(Object.keys(seen).length).toBeGreaterThan(3);
    expect(leaksIn(events, seen)).toStrictEqual([]);
    expect(leaksIn(tokens.explain(), seen)).toStrictEqual([]);
    expect(leaksIn(logger.lines, seen)).toStrictEqual([]);
  });

  it('no token shows when the services themselves are printed', async () => {
    const cloud = await startCloud({ clientSecret: SECRET });
    const { aspose, tokens } = await nestApp()
      .with(optionsWithSecret(cloud))
      .start();
    const token = await tokens.getToken();

    const seen = { secret: SECRET, token: token.value };

    expect(leaksIn(tokens, seen)).toStrictEqual([]);
    expect(leaksIn(aspose, seen)).toStrictEqual([]);
    expect(leaksIn(token, seen)).toStrictEqual([]);
    expect(String(token)).toBe(`[redacted sha256:${token.fingerprint}]`);
  });
});

@Controller()
class ApiController {
  constructor(
    private readonly aspose: AsposeHttpService,
    private readonly tokens: AsposeTokenService,
  ) {}

  @Get('guarded')
  @RequireAsposeToken()
  guarded(): string {
    return 'in';
  }

  @Get('unguarded')
  async unguarded(): Promise<string> {
    return (await this.tokens.getToken()).fingerprint;
  }

  @Get('call')
  async call(): Promise<unknown> {
    return (await firstValueFrom(this.aspose.get('/nowhere'))).data;
  }

  @Get('token')
  async token(): Promise<unknown> {
    return { token: await this.tokens.getToken() };
  }
}

describe.each(platforms)('An app on $platform', (platform) => {
  const run = (cloud: AsposeCloudEmulator, filters: Provider[] = []) =>
    nestApp()
      .with(optionsWithSecret(cloud))
      .declaring({ controllers: [ApiController], providers: filters })
      .on(platform)
      .start();

  const answerOf = async (url: string) => {
    const answer = await fetch(url);
    const text = await answer.text();
    return { status: answer.status, text, headers: [...answer.headers] };
  };

  it('shows no secret when its modules are printed', async () => {
    const cloud = await startCloud({ clientSecret: SECRET });
    const { app } = await run(cloud);
    const { value } = await app.get(AsposeTokenService).getToken();

    const text = inspect(app.get(ModulesContainer), {
      depth: 8,
      maxArrayLength: Infinity,
    });

    expect(text).toContain('ASPOSE_AUTH_MODULE_OPTIONS');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(value);
  });

  it.each(FAILURES)('answers and logs nothing of %s', async (_, fault) => {
    const cloud = await startCloud({ clientSecret: SECRET });
    cloud.failNext(fault, { times: Infinity });
    const { url, logger } = await run(cloud, [
      { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
    ]);

    const answers = await Promise.all([
      answerOf(`${url}/guarded`),
      answerOf(`${url}/unguarded`),
    ]);

    expect(answers.map(({ status }) => status >= 500)).toStrictEqual([
      true,
      true,
    ]);
    expect(leaksIn(answers, canaries)).toStrictEqual([]);
    for (const { text } of answers)
      expect(text).not.toMatch(/invalid_|refus|secret|401/i);
    expect(leaksIn(logger.lines, canaries)).toStrictEqual([]);
  });

  it('logs no token with the error of a call that nobody handles', async () => {
    const cloud = await startCloud({ clientSecret: SECRET });
    const { app, url, logger } = await run(cloud);

    const answer = await answerOf(`${url}/call`);

    const { value } = await app.get(AsposeTokenService).getToken();
    expect(answer.status).toBe(500);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        all: expect.stringContaining('status code 404'),
      }),
    );
    expect(leaksIn([answer, logger.lines], { value })).toStrictEqual([]);
  });

  it('answers with a redacted token where a handler returns one', async () => {
    const cloud = await startCloud({ clientSecret: SECRET });
    const { app, url } = await run(cloud);

    const { text } = await answerOf(`${url}/token`);

    const { fingerprint } = await app.get(AsposeTokenService).getToken();
    expect(JSON.parse(text)).toStrictEqual({
      token: `[redacted sha256:${fingerprint}]`,
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
