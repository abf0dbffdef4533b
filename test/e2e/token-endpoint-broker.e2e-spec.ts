import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';

import {
  AsposeAuthModule,
  type AsposeAuthModuleOptions,
  AsposeTokenEndpointModule,
  AsposeTokenService,
  type TokenEndpointPolicy,
} from '../../lib/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import type { EmulatorFault } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { platforms } from '../support/platforms.js';
import { runApp } from '../support/running-app.js';
import {
  callEndpoint,
  type EndpointCall,
  expectOAuthError,
  expectUncached,
  formCall,
  jsonCall,
} from '../support/token-endpoint.js';

const SECOND = 1_000;

const keyGuard: CanActivate = {
  canActivate: (context: ExecutionContext) =>
    context.switchToHttp().getRequest<{ headers: Record<string, string> }>()
      .headers['x-key'] === 'key',
};

const refusing = (sha256: string): EndpointCall => ({
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    refused_token_sha256: sha256,
  }),
});

interface Grant {
  readonly access_token: string;
  readonly expires_in: number;
  readonly token_type: string;
}

describe.each(platforms)('a broker on $platform', (platform) => {
  const serve = async (
    options: AsposeAuthModuleOptions,
    policy: TokenEndpointPolicy = {},
    clock = new ManualTokenClock(),
  ) => {
    const running = await runApp(
      platform,
      {
        imports: [
          AsposeAuthModule.forRoot({ retry: { attempts: 1 }, ...options }),
          AsposeTokenEndpointModule.forRoot({
            mode: 'broker',
            guards: [keyGuard],
            ...policy,
          }),
        ],
      },
      { clock },
    );
    const ask = ({ headers = {}, ...call }: EndpointCall = {}) =>
      callEndpoint(running.url, {
        ...call,
        headers: { ...(headers as Record<string, string>), 'X-Key': 'key' },
      });
    const grant = async (call?: EndpointCall): Promise<Grant> => {
      const { status, text } = await ask(call);
      expect({ status, text }).toMatchObject({ status: 200 });
      return JSON.parse(text) as Grant;
    };
    const tokens = running.app.get(AsposeTokenService);
    return { ...running, clock, ask, grant, tokens };
  };

  const serveCloud = async (
    policy?: TokenEndpointPolicy,
    lifetimeSeconds = 3600,
  ) => {
    const clock = new ManualTokenClock();
    const cloud = await startCloud({
      lifetimeSeconds,
      now: () => clock.wallNow(),
    });
    const served = await serve(optionsFor(cloud), policy, clock);
    return { ...served, cloud };
  };

  it("hands out the app's own token, as a token endpoint does", async () => {
    const { ask, tokens, cloud } = await serveCloud();

    const { status, headers, text } = await ask();

    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
    expectUncached(headers);
    expect(JSON.parse(text)).toStrictEqual({
      access_token: tokens.peekToken()?.value,
      expires_in: 3600,
      token_type: 'Bearer',
    });
    expect(text).not.toContain(cloud.clientSecret);
  });

  it('asks its guard first', async () => {
    const { url, cloud } = await serveCloud();

    expectOAuthError(await callEndpoint(url, formCall(cloud)), {
      status: 403,
      error: 'unauthorized_client',
    });
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('takes no notice of the credentials of callers', async () => {
    const { grant, cloud } = await serveCloud();
    const pair = { clientId: 'sdk', clientSecret: 'placeholder' };

    await grant(formCall(pair));
    await grant({ query: { client_id: 'sdk', client_secret: 'x' } });
    await grant(jsonCall({ grant_type: 'anything' }));

    expect(cloud.counters.tokenRequests).toBe(1);
    expect(cloud.tokenRequests[0]?.body).toContain(cloud.clientId);
    expect(cloud.tokenRequests[0]?.body).not.toContain('sdk');
  });

  it('gives two hundred callers at once one token', async () => {
    const { grant, cloud } = await serveCloud();

    const grants = await Promise.all(
      Array.from({ length: 200 }, () => grant()),
    );

    expect(new Set(grants.map((one) => one.access_token)).size).toBe(1);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it('tells the lifetime that is left, in whole seconds', async () => {
    const { grant, clock } = await serveCloud();
    await grant();

    await clock.advance(100 * SECOND);
    expect((await grant()).expires_in).toBe(3500);
    await clock.advance(1);
    expect((await grant()).expires_in).toBe(3499);
  });

  // All of them well before a token is renewed in the background.
  it.each([
    { policy: { minValidityMs: 1_500_000 }, lifetime: 3600, minimum: 1500 },
    { policy: {}, lifetime: 900, minimum: 300 },
    { policy: {}, lifetime: 400, minimum: 200 },
  ])(
    'renews a token of $lifetime s that is valid for less than $minimum s',
    async ({ policy, lifetime, minimum }) => {
      const { grant, clock, cloud } = await serveCloud(policy, lifetime);
      const first = await grant();

      await clock.advance((lifetime - minimum) * SECOND);
      expect(await grant()).toStrictEqual({ ...first, expires_in: minimum });
      expect(cloud.counters.tokenRequests).toBe(1);
      await clock.advance(1);
      const renewed = await grant();

      expect(renewed.access_token).not.toBe(first.access_token);
      expect(renewed.expires_in).toBe(lifetime);
      expect(cloud.counters.tokenRequests).toBe(2);
    },
  );

  it.each<EmulatorFault>([
    { kind: 'html', status: 503 },
    { kind: 'throttle', retryAfter: '600' },
    { kind: 'refuse' },
    { kind: 'reset' },
    { kind: 'empty' },
  ])('serves what remains when the renewal fails ($kind)', async (fault) => {
    const { grant, clock, cloud } = await serveCloud();
    const first = await grant();
    cloud.failNext(fault, { times: Infinity });

    for (const left of [299, 60, 10]) {
      await clock.advance(
        (first.expires_in - left) * SECOND - clock.monotonicNow(),
      );
      expect(await grant()).toStrictEqual({ ...first, expires_in: left });
    }
  });

  it('says 503, 504 or 502 when there is no token, and nothing about the credentials', async () => {
    const cases: [EmulatorFault, status: number, error: string][] = [
      [{ kind: 'html', status: 503 }, 503, 'temporarily_unavailable'],
      [{ kind: 'reset' }, 503, 'temporarily_unavailable'],
      [{ kind: 'throttle', retryAfter: '600' }, 503, 'temporarily_unavailable'],
      [{ kind: 'refuse' }, 502, 'server_error'],
      [
        { kind: 'redirect', location: 'https://a.example' },
        502,
        'server_error',
      ],
      [{ kind: 'html', status: 200 }, 502, 'server_error'],
    ];
    for (const [fault, status, error] of cases) {
      const { ask, cloud } = await serveCloud();
      cloud.failNext(fault, { times: Infinity });

      const answer = await ask();

      expectOAuthError(answer, { status, error });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.text).not.toMatch(/invalid_client|refused|secret/);
    }
  });

  it('tells how long Aspose asks to be left alone', async () => {
    const { ask, cloud } = await serveCloud();
    cloud.failNext({ kind: 'throttle', retryAfter: '600' });

    expect((await ask()).headers.get('retry-after')).toBe('600');
  });

  it('says 504 when Aspose does not answer in time', async () => {
    const { ask, clock, cloud } = await serveCloud();
    cloud.failNext({ kind: 'hang' }, { times: Infinity });

    const asked = ask();
    await vi.waitFor(() => expect(cloud.counters.tokenRequests).toBe(1));
    await clock.advance(10 * SECOND);

    expectOAuthError(await asked, {
      status: 504,
      error: 'temporarily_unavailable',
    });
  });

  it('has a static token too, for as long as a day', async () => {
    const { grant, tokens } = await serve({ accessToken: 'static-token' });

    const expected = {
      access_token: 'static-token',
      expires_in: 86_400,
      token_type: 'Bearer',
    };
    expect(await grant()).toStrictEqual(expected);
    const sha256 = tokens.peekToken()?.sha256 ?? '';
    expect(await grant(refusing(sha256))).toStrictEqual(expected);
  });

  it("has nothing to hand out with auth: 'none', and the log says why", async () => {
    const { ask, logger } = await serve({ auth: 'none' });

    expectOAuthError(await ask(), {
      status: 500,
      error: 'server_error',
      description: 'Something went wrong here',
    });
    expect(logger.lines.filter(({ level }) => level === 'error')).toMatchObject(
      [{ message: expect.stringContaining("auth: 'none'") }],
    );
  });

  describe('that is told of a refused token', () => {
    it('renews it when it is the current one', async () => {
      const { grant, tokens, cloud } = await serveCloud();
      const first = await grant();
      cloud.revokeAll();

      const second = await grant(refusing(tokens.peekToken()?.sha256 ?? ''));

      expect(second.access_token).not.toBe(first.access_token);
      expect(second.expires_in).toBe(3600);
      expect(await grant()).toStrictEqual(second);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('reads it from JSON, by any name', async () => {
      const { grant, tokens, cloud } = await serveCloud();
      await grant();

      const refusedTokenSha256 = tokens.peekToken()?.sha256;
      await grant(jsonCall({ refusedTokenSha256 }));

      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('answers the current one when it is another', async () => {
      const { grant, cloud } = await serveCloud();
      const first = await grant();

      expect(await grant(refusing('0'.repeat(64)))).toStrictEqual(first);
      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it('renews it once, however many tell of it', async () => {
      const { grant, tokens, cloud } = await serveCloud();
      await grant();
      const call = refusing(tokens.peekToken()?.sha256 ?? '');

      const grants = await Promise.all(
        Array.from({ length: 100 }, () => grant(call)),
      );
      await grant(call);

      expect(new Set(grants.map((one) => one.access_token)).size).toBe(1);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('does not renew a token again that was renewed for the same reason just now', async () => {
      const { grant, tokens, clock, cloud } = await serveCloud();
      await grant();
      const refuseCurrent = () =>
        grant(refusing(tokens.peekToken()?.sha256 ?? ''));
      const renewed = await refuseCurrent();

      for (let n = 0; n < 10; n += 1)
        expect(await refuseCurrent()).toStrictEqual(renewed);
      expect(cloud.counters.tokenRequests).toBe(2);

      await clock.advance(30 * SECOND);
      expect((await refuseCurrent()).access_token).not.toBe(
        renewed.access_token,
      );
      expect(cloud.counters.tokenRequests).toBe(3);
    });

    it('fetches the first token when it has none', async () => {
      const { grant, cloud } = await serveCloud();

      await grant(refusing('0'.repeat(64)));

      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it.each([
      '',
      'abc',
      '0'.repeat(63),
      '0'.repeat(65),
      'g'.repeat(64),
      'A'.repeat(64),
      `${'0'.repeat(64)}
`,
    ])('refuses what is no hash: %j', async (sha256) => {
      const { ask, cloud } = await serveCloud();

      expectOAuthError(await ask(refusing(sha256)), {
        status: 400,
        error: 'invalid_request',
        description: 'refused_token_sha256',
      });
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it.each([
      { what: 'two of them', body: ['0'.repeat(64), '1'.repeat(64)] },
      { what: 'a number', body: 7 },
      { what: 'an object', body: { a: 1 } },
    ])('refuses $what', async ({ body }) => {
      const { ask } = await serveCloud();

      expectOAuthError(await ask(jsonCall({ refused_token_sha256: body })), {
        status: 400,
        error: 'invalid_request',
      });
    });
  });
});
