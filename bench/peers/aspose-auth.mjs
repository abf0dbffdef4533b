// This package, as an app has it: the module in a Nest application context.
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';

import { NestFactory } from '@nestjs/core';

import { axiosFloor, callsOn, createAxios } from '../support/axios-client.mjs';
import { packageCopy, packageWithout } from '../support/package-copy.mjs';
import { afterFraction } from '../support/refresh-window.mjs';

const require = createRequire(import.meta.url);
const {
  ASPOSE_EVENT_CHANNEL,
  ASPOSE_FETCH_CHANNEL,
  ASPOSE_STORE_CHANNEL,
  ASPOSE_WAIT_CHANNEL,
  AsposeAuthModule,
  AsposeHttpService,
  AsposeTenants,
  AsposeTokenService,
  getAsposeTokensToken,
} = require('../../dist/index.js');
const { buildTokenTower } = require('../../dist/clients/token-tower.js');
const {
  CredentialMemory,
} = require('../../dist/credential/credential-memory.js');
const { resolveOptions } = require('../../dist/options/resolve-options.js');
const { SystemTokenClock } = require('../../dist/token/token-clock.js');
const {
  axiosTokenTransport,
} = require('../../dist/transport/axios-token-transport.js');

/** Of a lifetime; by default, it would be drawn between this and 0.6 for the short ones that the bench issues. */
const DUE_AT = 0.5;

const clock = new SystemTokenClock();
const memory = new CredentialMemory(clock);
const transport = axiosTokenTransport();

const moduleFor = (server, credentials, options = {}) =>
  AsposeAuthModule.forRoot({
    ...credentials,
    baseUrl: server.origin,
    ...options,
  });

export default {
  name: 'this module',
  package: 'nestjs-aspose-auth',
  refreshes: {
    // Of lifetimes below a minute: those that the bench gives it where a token falls due.
    ...afterFraction(DUE_AT),
    text: 'after 70 to 80 % of its lifetime, or 50 to 60 % of one below a minute',
  },

  async create(server, credentials, options = {}) {
    const { instance, close } = createAxios();
    const app = await NestFactory.createApplicationContext(
      moduleFor(server, credentials, {
        axios: { httpAgent: instance.defaults.httpAgent },
        // When a refresh falls due is drawn for each token. Here it is when the bench counts on it.
        refresh: { earliest: DUE_AT, latest: DUE_AT },
        // A cold start is measured as one.
        warmUp: 'off',
        ...options,
      }),
      { logger: false },
    );
    const tokens = app.get(AsposeTokenService);
    const { axiosRef } = app.get(AsposeHttpService);
    return {
      getToken: () => tokens.getToken(),
      peekToken: () => tokens.peekToken(),
      tokens,
      ...callsOn(axiosRef),
      async close() {
        await app.close();
        close();
      },
    };
  },
  /** An app with a default client, one with a name, and one whose tenants have credentials of their own. */
  async createClients(server) {
    const pairs = new Map();
    const credentials = (tenant) => {
      if (!pairs.has(tenant)) pairs.set(tenant, server.newCredentials());
      return pairs.get(tenant);
    };
    const app = await NestFactory.createApplicationContext(
      {
        module: class AppModule {},
        imports: [
          moduleFor(server, server.newCredentials()),
          moduleFor(server, server.newCredentials(), { name: 'reports' }),
          moduleFor(server, { tenants: { credentials } }, { name: 'tenants' }),
        ],
      },
      { logger: false },
    );
    const standard = app.get(AsposeTokenService);
    const named = app.get(getAsposeTokensToken('reports'));
    const tenants = app.get(AsposeTenants);
    const tokens = app.get(getAsposeTokensToken('tenants'));
    await Promise.all([standard.getToken(), named.getToken()]);
    return {
      standard,
      named,
      runTenant: (id, call) => tenants.run(`tenant-${id}`, () => call(tokens)),
      ofTenant: (id) => tenants.for(`tenant-${id}`, { client: 'tenants' }),
      close: () => app.close(),
    };
  },
  /** An app without a store, and one with it. */
  async createStored(server) {
    const { MemoryTokenStore } = require('../../dist/testing/index.js');
    const boot = async (options) => {
      const app = await NestFactory.createApplicationContext(
        moduleFor(server, server.newCredentials(), options),
        { logger: false },
      );
      const tokens = app.get(AsposeTokenService);
      await tokens.getToken();
      return { app, tokens };
    };
    const plain = await boot({});
    const stored = await boot({ store: new MemoryTokenStore() });
    return {
      plain: plain.tokens,
      other: stored.tokens,
      async close() {
        await plain.app.close();
        await stored.app.close();
      },
    };
  },
  /** An app without telemetry, and one whose metrics are exported every second, with a subscriber on each channel. */
  async createObserved(server) {
    const { metrics } = await import('@opentelemetry/api');
    const sdk = await import('@opentelemetry/sdk-metrics');
    const {
      AsposeTelemetryModule,
    } = require('../../dist/opentelemetry/index.js');
    const boot = async (...imports) => {
      const app = await NestFactory.createApplicationContext(
        {
          module: class AppModule {},
          imports: [moduleFor(server, server.newCredentials()), ...imports],
        },
        { logger: false },
      );
      const tokens = app.get(AsposeTokenService);
      await tokens.getToken();
      return { app, tokens };
    };
    const plain = await boot();
    const meters = new sdk.MeterProvider({
      readers: [
        new sdk.PeriodicExportingMetricReader({
          exporter: new sdk.InMemoryMetricExporter(
            sdk.AggregationTemporality.DELTA,
          ),
          exportIntervalMillis: 1_000,
          exportTimeoutMillis: 1_000,
        }),
      ],
    });
    metrics.setGlobalMeterProvider(meters);
    for (const name of [
      ASPOSE_EVENT_CHANNEL,
      `tracing:${ASPOSE_FETCH_CHANNEL}:start`,
      `tracing:${ASPOSE_FETCH_CHANNEL}:asyncEnd`,
      ASPOSE_WAIT_CHANNEL,
      ASPOSE_STORE_CHANNEL,
    ])
      subscribe(name, () => {});
    const observed = await boot(AsposeTelemetryModule.forRoot());
    return {
      plain: plain.tokens,
      other: observed.tokens,
      async close() {
        await plain.app.close();
        await observed.app.close();
        await meters.shutdown();
      },
    };
  },
  /** An app that nobody listens to, made of a copy of the package: as it is, or without the counter of what is handed out. */
  async createCopy(server, { counts }) {
    const { AsposeAuthModule, AsposeTokenService } = counts
      ? packageCopy()
      : packageWithout(
          'refreshing/refreshing.token-source.js',
          'this.#fromMemory += 1;',
        );
    const app = await NestFactory.createApplicationContext(
      AsposeAuthModule.forRoot({
        ...server.newCredentials(),
        baseUrl: server.origin,
      }),
      { logger: false },
    );
    const tokens = app.get(AsposeTokenService);
    await tokens.getToken();
    return { tokens, close: () => app.close() };
  },
  createFloor: axiosFloor,
  nestModule: moduleFor,

  /** What an app with many clients would hold of each: the tower of token sources, over one transport and one clock. */
  createLight: (server, credentials) =>
    buildTokenTower({
      client: 'default',
      options: resolveOptions({ ...credentials, baseUrl: server.origin }),
      clock,
      memory,
      transport,
      onEvent: () => {},
    }),
  notes: {
    memory:
      'Measured is what an app holds of each of many clients: the tower behind AsposeTokenService, with the transport and the clock shared.',
  },
};
