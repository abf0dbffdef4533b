import { AsyncLocalStorage } from 'node:async_hooks';

import {
  type Context,
  context,
  type ContextManager,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeAuthModule, AsposeTokenService } from '../../lib/index.js';
import { AsposeTelemetryModule } from '../../lib/opentelemetry/index.js';
import { publishedFetches } from '../support/channels.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { leaksIn } from '../support/leaks.js';
import { nestApp } from '../support/nest-app.js';
import { eventfulLife, observedApp } from '../support/observed-app.js';
import { rejectionOf } from '../support/rejection.js';
import {
  instrumentsIn,
  seriesIn,
  startTelemetry,
} from '../support/telemetry.js';

const CLIENT = 'aspose_auth.client.name';
const OUTCOME = 'aspose_auth.outcome';
const OPERATION = 'aspose_auth.store.operation';
const HOLDS = [
  'refused',
  'throttled',
  'ending',
  'back-off',
  'budget',
  'elsewhere',
];

const DAY_MS = 86_400_000;

const INSTRUMENTS = {
  'aspose_auth.token.request.duration': {
    unit: 's',
    kind: 'HISTOGRAM',
    attributes: [CLIENT, OUTCOME, 'error.type'],
  },
  'aspose_auth.token.acquisitions': {
    unit: '{acquisition}',
    kind: 'SUM',
    attributes: [CLIENT, 'aspose_auth.source'],
  },
  'aspose_auth.token.remaining': {
    unit: 's',
    kind: 'GAUGE',
    attributes: [CLIENT],
  },
  'aspose_auth.token.unauthorized': {
    unit: '{response}',
    kind: 'SUM',
    attributes: [CLIENT, 'server.address'],
  },
  'aspose_auth.token.hold': {
    unit: 's',
    kind: 'GAUGE',
    attributes: [CLIENT, 'aspose_auth.hold.reason'],
  },
  'aspose_auth.budget.remaining': {
    unit: '{request}',
    kind: 'GAUGE',
    attributes: [CLIENT],
  },
  'aspose_auth.store.operation.duration': {
    unit: 's',
    kind: 'HISTOGRAM',
    attributes: [CLIENT, OUTCOME, OPERATION],
  },
  'aspose_auth.store.locks': {
    unit: '{lock}',
    kind: 'SUM',
    attributes: [CLIENT, OUTCOME],
  },
  'aspose_auth.tenants.active': {
    unit: '{tenant}',
    kind: 'GAUGE',
    attributes: [CLIENT],
  },
};

/** Starts what keeps the current span, as the SDK for Node does, until the test ends. */
function startContexts(): void {
  const contexts = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => contexts.getStore() ?? ROOT_CONTEXT,
    with: (active, call, self, ...args) =>
      contexts.run(active, () => call.apply(self, args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
  onTestFinished(() => context.disable());
}

/** Does something inside of a span, as a request to the app is. */
function inSpan<T>(name: string, work: () => Promise<T>): Promise<T> {
  return trace
    .getTracer('a caller')
    .startActiveSpan(name, (span) => work().finally(() => span.end()));
}

describe('AsposeTelemetryModule', () => {
  it('exports every instrument with its unit and its attributes', async () => {
    const app = await observedApp();

    await eventfulLife(app);

    expect(instrumentsIn(await app.exported())).toStrictEqual(INSTRUMENTS);
  });

  it('tells of load, revocation, outage and refusal', async () => {
    const app = await observedApp();

    await eventfulLife(app);

    const { hostname } = new URL(app.cloud.url);
    expect(
      await app.series('aspose_auth.token.request.duration', 'default'),
    ).toMatchObject([
      { attributes: { [OUTCOME]: 'accepted' }, value: 2 },
      {
        attributes: {
          [OUTCOME]: 'transient',
          'error.type': 'ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED',
        },
        value: 1,
      },
      {
        attributes: {
          [OUTCOME]: 'refused',
          'error.type': 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
        },
        value: 1,
      },
    ]);
    expect(
      await app.series('aspose_auth.token.unauthorized', 'default'),
    ).toMatchObject([{ attributes: { 'server.address': hostname }, value: 1 }]);
    const [remaining] = await app.series(
      'aspose_auth.token.remaining',
      'default',
    );
    expect(remaining?.value).toBeCloseTo((0.19 * DAY_MS) / 1_000 - 60 - 1, -1);
    const holds = await app.series('aspose_auth.token.hold', 'default');
    expect(holds.filter(({ value }) => value > 0)).toMatchObject([
      { attributes: { 'aspose_auth.hold.reason': 'refused' }, value: 60 },
    ]);
    await app.clock.advance(60_000);
    await app.call();
    await eventually(async () =>
      expect(await app.requests('accepted')).toBe(3),
    );
    expect(
      (await app.series('aspose_auth.token.hold', 'default')).map(
        ({ value }) => value,
      ),
    ).toEqual(HOLDS.map(() => 0));
  });

  it('tells where tokens came from, and how many tenants there are', async () => {
    const app = await observedApp();
    const before = await app.series('aspose_auth.token.remaining', 'reports');

    await app.reportTokens.getToken();
    for (let i = 0; i < 3; i += 1) await app.reportTokens.getToken();
    await app.as('acme');
    await app.as('umbrella');
    const of = async (instrument: string, client: string) =>
      (await app.series(instrument, client)).map(({ value }) => value);

    expect(before).toMatchObject([{ value: 0 }]);
    expect(
      await app.series('aspose_auth.token.acquisitions', 'reports'),
    ).toMatchObject([
      { attributes: { 'aspose_auth.source': 'memory' }, value: 3 },
      { attributes: { 'aspose_auth.source': 'store' }, value: 0 },
      { attributes: { 'aspose_auth.source': 'endpoint' }, value: 1 },
    ]);
    expect(await of('aspose_auth.tenants.active', 'tenants')).toEqual([2]);
    expect(await of('aspose_auth.token.remaining', 'tenants')).toEqual([]);
  });

  it('tells what the store answers, how long that takes, and who gets the lock', async () => {
    const app = await observedApp();
    const outcomes = async (instrument: string) =>
      (await app.series(instrument, 'reports')).map(({ attributes, value }) =>
        [attributes[OPERATION] ?? 'lock', attributes[OUTCOME], value].join(' '),
      );

    await app.reportTokens.getToken();
    expect(await outcomes('aspose_auth.store.operation.duration')).toEqual([
      'read miss 5',
      'lock hit 1',
      'write hit 3',
      'read hit 1',
      'unlock hit 1',
    ]);
    expect(await outcomes('aspose_auth.store.locks')).toEqual([
      'lock acquired 1',
    ]);

    app.store.tryLock = () => Promise.resolve(false);
    await app.clock.advance(0.81 * DAY_MS);
    await app.reportTokens.getToken();
    await eventually(async () =>
      expect(await outcomes('aspose_auth.store.locks')).toEqual([
        'lock acquired 1',
        'lock held 1',
      ]),
    );

    app.store.tryLock = () => Promise.reject(new Error('gone'));
    await app.clock.advance(1_000);
    await app.reportTokens.getToken();
    await eventually(async () =>
      expect(await outcomes('aspose_auth.store.locks')).toContain(
        'lock error 1',
      ),
    );

    app.store.fault = 'hang';
    await app.clock.advance(0.81 * DAY_MS);
    await app.reportTokens.getToken();
    await app.clock.advance(250);
    await eventually(async () =>
      expect(await outcomes('aspose_auth.store.operation.duration')).toContain(
        'read timeout 2',
      ),
    );
  });

  it('makes a root span of each token request', async () => {
    const app = await observedApp();

    await eventfulLife(app);

    const spans = app.spans();
    expect(
      spans.map(({ attributes, status }) => ({ attributes, status })),
    ).toEqual([
      ...['default', 'reports', 'tenants', 'default'].map((client) => ({
        attributes: { [CLIENT]: client, [OUTCOME]: 'accepted' },
        status: { code: SpanStatusCode.UNSET },
      })),
      {
        attributes: {
          [CLIENT]: 'default',
          [OUTCOME]: 'transient',
          'error.type': 'ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED',
          'http.response.status_code': 502,
        },
        status: { code: SpanStatusCode.ERROR },
      },
      {
        attributes: {
          [CLIENT]: 'default',
          [OUTCOME]: 'refused',
          'error.type': 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
          'http.response.status_code': 400,
        },
        status: { code: SpanStatusCode.ERROR },
      },
    ]);
    for (const { name, kind, parentSpanContext } of spans)
      expect({ name, kind, parentSpanContext }).toEqual({
        name: 'aspose_auth.token.fetch',
        kind: SpanKind.INTERNAL,
        parentSpanContext: undefined,
      });
  });

  it('makes no token request a child of what a caller does', async () => {
    const app = await observedApp();
    startContexts();

    await inSpan('caller', app.call);

    expect(
      app
        .spans()
        .map(({ name, parentSpanContext }) => [name, parentSpanContext]),
    ).toEqual([
      ['aspose_auth.token.fetch', undefined],
      ['caller', undefined],
    ]);
  });

  it('links each token request to the callers who wait for it, early or late, each once', async () => {
    const app = await observedApp();
    startContexts();
    app.cloud.latencyMs = 300;
    const { tokens } = app;
    const { steps } = publishedFetches();

    const early = inSpan('early', () =>
      Promise.all([tokens.getToken(), tokens.getToken()]),
    );
    await eventually(() => expect(steps).toHaveLength(2));
    await Promise.all([early, inSpan('late', () => tokens.getToken())]);
    app.cloud.latencyMs = 0;
    await inSpan('from memory', () => tokens.getToken());
    await app.clock.advance(0.81 * DAY_MS);
    await inSpan('in the background', () => tokens.getToken());
    await eventually(async () =>
      expect(await app.requests('accepted')).toBe(2),
    );

    const callers = new Map(
      app
        .spans()
        .map((span) => [span.spanContext().spanId, span.name] as const),
    );
    const fetches = app
      .spans()
      .filter(({ name }) => name === 'aspose_auth.token.fetch');
    expect(
      fetches.map(({ links }) =>
        links.map((link) => callers.get(link.context.spanId)),
      ),
    ).toEqual([['early', 'late'], []]);
  });

  it('links each attempt to those who wait for it', async () => {
    const app = await observedApp();
    startContexts();
    app.cloud.failNext({ kind: 'html' });

    await rejectionOf(inSpan('first', () => app.tokens.getToken()));
    await app.clock.advance(60_000);
    await inSpan('second', () => app.tokens.getToken());

    const ids = new Map(
      app.spans().map((span) => [span.name, span.spanContext().spanId]),
    );
    expect(
      app
        .spans()
        .filter(({ name }) => name === 'aspose_auth.token.fetch')
        .map(({ links }) => links.map((link) => link.context.spanId)),
    ).toEqual([[ids.get('first')], [ids.get('second')]]);
  });

  it('exports neither token nor secret, client id nor tenant', async () => {
    const app = await observedApp();

    const canaries = await eventfulLife(app);
    const spans = app
      .spans()
      .map(({ name, attributes, events, links, status, resource, kind }) => ({
        ...{ name, attributes, events, links, status, kind },
        resource: resource.attributes,
      }));

    expect(Object.keys(canaries)).toHaveLength(9);
    expect(leaksIn(await app.exported(), canaries)).toEqual([]);
    expect(leaksIn(spans, canaries)).toEqual([]);
  });

  it('has as many series for a hundred tenants and foreign origins as for one', async () => {
    const app = await observedApp();
    const token = await app.tokens.getToken();
    await app.as('tenant');
    await app.tokens.getToken({ unauthorized: { token, origin: 'https://a' } });
    const before = seriesIn(await app.exported());

    for (let i = 0; i < 100; i += 1) {
      await app.as(`tenant-${i}`);
      const origin = `https://elsewhere-${i}`;
      await app.tokens.getToken({ unauthorized: { token, origin } });
    }

    const after = seriesIn(await app.exported());
    expect(after.map(({ attributes }) => attributes)).toEqual(
      before.map(({ attributes }) => attributes),
    );
    const holds = after.filter(
      ({ instrument }) => instrument === 'aspose_auth.token.hold',
    );
    expect(holds).toHaveLength(2 * HOLDS.length);
  });

  it('observes nothing and counts nothing once the app has shut down', async () => {
    const app = await observedApp();
    await app.call();
    const before = seriesIn(await app.exported());
    const other = await nestApp()
      .overCloud(await startCloud())
      .start();
    const explained: string[] = [];
    Object.assign(app.tokens, {
      explain: () => {
        explained.push('explain');
        return { mode: 'custom' };
      },
    });

    await app.exported();
    expect(explained).toHaveLength(1);
    await app.app.close();
    await other.tokens.getToken();

    const after = seriesIn(await app.exported());
    expect(explained).toHaveLength(1);
    const requests = ({ instrument }: { instrument: string }) =>
      instrument === 'aspose_auth.token.request.duration';
    expect(after.filter(requests)).toEqual(before.filter(requests));
    expect(app.spans()).toHaveLength(1);
  });

  it('counts each token request once, however often it is registered and in however many apps', async () => {
    const telemetry = startTelemetry();
    const boot = async () =>
      nestApp()
        .overCloud(await startCloud())
        .importing(
          AsposeTelemetryModule.forRoot(),
          AsposeTelemetryModule.forRoot(),
          AsposeTelemetryModule,
        )
        .start();
    const [one, another] = [await boot(), await boot()];

    await another.app.close();
    await one.tokens.getToken();

    const durations = seriesIn(await telemetry.exported()).filter(
      ({ instrument }) => instrument === 'aspose_auth.token.request.duration',
    );
    expect(durations.map(({ value }) => value)).toEqual([1]);
    expect(telemetry.spans()).toHaveLength(1);
  });

  it('has the first token request, which is made while the app boots', async () => {
    const telemetry = startTelemetry();
    const cloud = await startCloud();

    await nestApp()
      .with({ ...optionsFor(cloud), warmUp: 'require' })
      .importing(AsposeTelemetryModule.forRoot())
      .start();

    const names = seriesIn(await telemetry.exported()).map(
      ({ instrument }) => instrument,
    );
    expect(names).toContain('aspose_auth.token.request.duration');
    expect(telemetry.spans()).toHaveLength(1);
  });

  it('goes with tokens that a test has put in the place of a client', async () => {
    const telemetry = startTelemetry();
    const cloud = await startCloud();
    await nestApp()
      .overCloud(cloud)
      .importing(
        AsposeAuthModule.forRoot({ ...optionsFor(cloud), name: 'reports' }),
        AsposeTelemetryModule.forRoot(),
      )
      .overriding(AsposeTokenService, { getToken: () => 'a token' })
      .start();

    const clients = seriesIn(await telemetry.exported()).map(
      ({ attributes }) => attributes[CLIENT],
    );

    expect(new Set(clients)).toEqual(new Set(['reports']));
  });

  it('reaches clients that are not global', async () => {
    const telemetry = startTelemetry();
    const cloud = await startCloud();
    await nestApp()
      .with({ ...optionsFor(cloud), isGlobal: false })
      .importing(AsposeTelemetryModule.forRoot())
      .start();

    const [series] = seriesIn(await telemetry.exported());

    expect(series?.attributes[CLIENT]).toBe('default');
  });

  it('goes without an SDK', async () => {
    const { tokens } = await nestApp()
      .overCloud(await startCloud())
      .importing(AsposeTelemetryModule.forRoot())
      .start();

    expect(trace.getActiveSpan()).toBeUndefined();
    expect((await tokens.getToken()).value).not.toBe('');
  });
});
