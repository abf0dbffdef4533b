import type { CanActivate } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';

import {
  type AsposeTokenEndpointEvent,
  AsposeTokenEndpointEvents,
  AsposeTokenEndpointModule,
  type TokenEndpointPolicy,
} from '../../lib/endpoint/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { reporting } from '../support/broker.js';
import { startCloud } from '../support/cloud.js';
import { type ListeningApp, nestApp } from '../support/nest-app.js';
import { platforms, type Platform } from '../support/platforms.js';
import {
  askForToken,
  callEndpoint,
  expectOAuthError,
} from '../support/token-endpoint.js';

const PATH = 'v4.0/cells/connect/token';

function eventsOf({ app }: ListeningApp): AsposeTokenEndpointEvent[] {
  const events: AsposeTokenEndpointEvent[] = [];
  app.get(AsposeTokenEndpointEvents).events$.subscribe((event) => {
    events.push(event);
  });
  return events;
}

/** What an app logged above the level of debugging, since it started. */
function loudLines({ logger }: ListeningApp): string[] {
  return logger.lines
    .filter(({ context }) => context.startsWith('Aspose'))
    .filter(({ level }) => level !== 'debug')
    .map(({ level, message }) => `${level}: ${message}`);
}

describe.each(platforms)('a forwarder on $platform', (platform) => {
  async function startForwarder() {
    const clock = new ManualTokenClock();
    const cloud = await startCloud({ now: () => clock.wallNow() });
    // Without AsposeAuthModule, as a gateway for others may be.
    const app = await nestApp()
      .forwardingTo(cloud.url)
      .timedBy(clock)
      .on(platform)
      .start();
    return { clock, cloud, app, events: eventsOf(app) };
  }

  it('logs one warning when Aspose goes down, and one line when it is back', async () => {
    const { clock, cloud, app, events } = await startForwarder();
    const began = clock.wallNow();
    const callers = Array.from({ length: 20 }, (_, index) => ({
      clientId: `canary-id-${index}`,
      clientSecret: 'canary-secret',
    }));
    const wellBefore = await askForToken(app.url, cloud);
    for (const _ of callers) cloud.failNext({ kind: 'html', status: 503 });

    for (const pair of callers)
      expect((await askForToken(app.url, pair)).status).toBe(502);
    await clock.advance(90_000);
    const wellAfter = await askForToken(app.url, cloud);
    await askForToken(app.url, cloud);

    expect([wellBefore.status, wellAfter.status]).toEqual([200, 200]);
    expect(loudLines(app)).toEqual([
      `warn: ${cloud.url}/connect/token gives answers that are no token responses: callers of /${PATH} get 502.`,
      `log: ${cloud.url}/connect/token answers again, after 90 s.`,
    ]);
    expect(events).toEqual([
      { type: 'identity-server-down', at: began, path: PATH, status: 502 },
      {
        type: 'identity-server-up',
        at: began + 90_000,
        path: PATH,
        downMs: 90_000,
      },
    ]);
    expect(JSON.stringify([events, app.logger.lines])).not.toContain('canary');
  });

  it.each([
    { fault: { kind: 'reset' }, status: 503, words: 'cannot be reached' },
    {
      fault: { kind: 'answer', status: 500, body: { error: 'canary' } },
      status: 500,
      words: 'answers 500',
    },
  ] as const)('says $words', async ({ fault, status, words }) => {
    const { cloud, app } = await startForwarder();
    cloud.failNext(fault);

    await askForToken(app.url, cloud);

    expect(loudLines(app)).toEqual([
      expect.stringMatching(new RegExp(`^warn: .* ${words}.* get ${status}.$`)),
    ]);
  });

  it.each([{ kind: 'refuse' }, { kind: 'throttle', retryAfter: '1' }] as const)(
    'does not take $kind for an outage',
    async (fault) => {
      const { cloud, app, events } = await startForwarder();
      cloud.failNext(fault);

      await askForToken(app.url, cloud);

      expect([...loudLines(app), ...events]).toEqual([]);
    },
  );

  it('answers though the logger throws', async () => {
    const { cloud, app } = await startForwarder();
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    vi.spyOn(app.logger, 'warn').mockImplementation(() => {
      throw new Error('disk full');
    });
    cloud.failNext({ kind: 'html', status: 503 });

    const { status } = await askForToken(app.url, cloud);

    expect(status).toBe(502);
    expect(warned).toHaveBeenCalledWith(
      expect.stringContaining('disk full'),
      'AsposeAuthWarning',
    );
    vi.restoreAllMocks();
  });
});

/** Whom a guard lets in, and under which name. */
const sessionGuard: CanActivate = {
  canActivate: (context) => {
    const request = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string>; user?: object }>();
    const { 'x-user': user } = request.headers;
    if (user === undefined) return false;
    request.user = { name: decodeURIComponent(user) };
    return true;
  },
};

const byName: TokenEndpointPolicy = {
  callerOf: (request: { user: { name: string } }) => request.user.name,
};

async function startNamedBroker(
  platform: Platform,
  policy: TokenEndpointPolicy = byName,
) {
  const clock = new ManualTokenClock();
  const cloud = await startCloud({
    lifetimeSeconds: 3600,
    now: () => clock.wallNow(),
  });
  const app = await nestApp()
    .overCloud(cloud)
    .with({ retry: { attempts: 1 } })
    .importing(
      AsposeTokenEndpointModule.forRoot({
        mode: 'broker',
        guards: [sessionGuard],
        ...policy,
      }),
    )
    .timedBy(clock)
    .on(platform)
    .start();
  const ask = (user: string, call = {}) =>
    callEndpoint(app.url, {
      ...call,
      headers: { 'X-User': encodeURIComponent(user) },
    });
  return { app, ask, cloud, clock, events: eventsOf(app) };
}

describe.each(platforms)('a broker on $platform', (platform) => {
  it('tells who was handed a token, and not the token', async () => {
    const { app, ask, clock, events } = await startNamedBroker(platform);

    await ask('reports');
    await clock.advance(1_000);
    await ask('billing');

    const token = await app.tokens.getToken();
    const granted = {
      type: 'granted',
      client: 'default',
      path: PATH,
      token: token.fingerprint,
      unauthorized: false,
    };
    const at = clock.wallNow();
    expect(events).toEqual([
      { ...granted, caller: 'reports', at: at - 1_000, validForMs: 3_600_000 },
      { ...granted, caller: 'billing', at, validForMs: 3_599_000 },
    ]);
    expect(JSON.stringify(events)).not.toContain(token.value);
    expect(loudLines(app)).toEqual([]);
  });

  it('tells who said that the token is unauthorized', async () => {
    const { app, ask, events } = await startNamedBroker(platform);
    await ask('reports');
    const { sha256 } = await app.tokens.getToken();

    await ask('billing', reporting(sha256));
    await ask('late', reporting(sha256));

    expect(
      events.map((event) => event.type === 'granted' && event.unauthorized),
    ).toEqual([false, true, false]);
  });

  it('tells who got none, and leaves the log to the client', async () => {
    const { app, ask, cloud, events } = await startNamedBroker(platform);
    cloud.failNext({ kind: 'refuse' });

    for (const caller of ['reports', 'billing'])
      expect((await ask(caller)).status).toBeGreaterThan(500);

    const of = { type: 'not-granted', client: 'default', path: PATH };
    expect(events).toMatchObject([
      { ...of, caller: 'reports', code: 'ASPOSE_AUTH_CREDENTIALS_REFUSED' },
      {
        ...of,
        caller: 'billing',
        code: expect.stringMatching(/^ASPOSE_AUTH_/),
      },
    ]);
    expect(loudLines(app)).toHaveLength(1);
  });

  it('tells nothing of strangers', async () => {
    const { app, events } = await startNamedBroker(platform);

    expect((await callEndpoint(app.url, {})).status).toBe(403);

    expect(events).toEqual([]);
  });

  it('shows names that cannot forge a line of a log', async () => {
    const { ask, events } = await startNamedBroker(platform);

    await ask(`a\nERROR forged\u202e${'x'.repeat(5_000)}`);

    expect(events).toMatchObject([
      { caller: `a\ufffdERROR forged\ufffd${'x'.repeat(84)}…` },
    ]);
  });

  it('tells no name without the option', async () => {
    const { ask, events } = await startNamedBroker(platform, {});

    await ask('reports');

    expect(events).toMatchObject([{ type: 'granted', caller: undefined }]);
  });

  it('hands out nothing to whom it cannot name', async () => {
    const { ask, cloud, events } = await startNamedBroker(platform, {
      callerOf: () => {
        throw new Error('no user on the request');
      },
    });

    expectOAuthError(await ask('reports'), {
      status: 500,
      error: 'server_error',
      description: 'Something went wrong here.',
    });
    expect(events).toEqual([]);
    expect(cloud.counters.tokenRequests).toBe(0);
  });
});

it('tells of all token endpoints of an app in one place', async () => {
  const cloud = await startCloud();
  const [express] = platforms;
  const app = await nestApp()
    .overCloud(cloud)
    .importing(
      ...['Reports/Token', 'billing/token'].map((path) =>
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          path,
          guards: [{ canActivate: () => true }],
        }),
      ),
    )
    .on(express)
    .start();
  const events = eventsOf(app);

  await callEndpoint(app.url, {}, 'reports/token');
  await callEndpoint(app.url, {}, 'billing/token');

  expect(events.map(({ path }) => path)).toEqual([
    'reports/token',
    'billing/token',
  ]);
});
