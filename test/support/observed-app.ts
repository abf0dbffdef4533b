import { firstValueFrom } from 'rxjs';
import { expect } from 'vitest';

import {
  AsposeAuthModule,
  AsposeClients,
  AsposeTenants,
} from '../../lib/index.js';
import { AsposeTelemetryModule } from '../../lib/opentelemetry/index.js';
import { answering } from '../../lib/testing/emulator/api-routes.js';
import { ManualTokenClock, MemoryTokenStore } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from './cloud.js';
import { eventually } from './eventually.js';
import { nestApp } from './nest-app.js';
import { seriesIn, startTelemetry } from './telemetry.js';
import { startTenantCloud, tenantsAt } from './tenant-cloud.js';

const DAY_MS = 86_400_000;
const CLIENT = 'aspose_auth.client.name';

/** An app with telemetry and three clients: the default one, one with a store, one with tenants. */
export async function observedApp() {
  const telemetry = startTelemetry();
  const clock = new ManualTokenClock();
  const store = new MemoryTokenStore({ clock });
  const cloud = await startCloud();
  cloud.route('GET', '/disc', answering({ status: 200, body: {} }));
  const reports = await startCloud();
  const tenantCloud = await startTenantCloud();
  const started = await nestApp()
    .with({ ...optionsFor(cloud), retry: { attempts: 1 } })
    .importing(
      AsposeAuthModule.forRoot({
        ...optionsFor(reports),
        name: 'reports',
        store,
      }),
      AsposeAuthModule.forRoot({ ...tenantsAt(tenantCloud), name: 'tenants' }),
      AsposeTelemetryModule.forRoot(),
    )
    .timedBy(clock)
    .start();
  const { app, aspose, tokens } = started;
  const series = async (instrument: string, client: string) =>
    seriesIn(await telemetry.exported()).filter(
      (one) =>
        one.instrument === instrument && one.attributes[CLIENT] === client,
    );
  return {
    ...telemetry,
    ...{ app, aspose, tokens, clock, cloud, reports, tenantCloud, store },
    series,
    reportTokens: app.get(AsposeClients).get('reports').tokens,
    call: () => firstValueFrom(aspose.get('/disc')),
    as: (tenant: string) =>
      app
        .get(AsposeTenants)
        .run(tenant, () =>
          app.get(AsposeClients).get('tenants').tokens.getToken(),
        ),
    /** How many token requests of the default client ended so. */
    requests: async (outcome: string) => {
      const all = await series('aspose_auth.token.request.duration', 'default');
      return all
        .filter(
          ({ attributes }) => attributes['aspose_auth.outcome'] === outcome,
        )
        .reduce((sum, { value }) => sum + value, 0);
    },
  };
}

/** What {@link observedApp} boots. */
export type ObservedApp = Awaited<ReturnType<typeof observedApp>>;

/** Load, a revocation, an outage and a refusal, with all clients in use. Returns what must never be seen. */
export async function eventfulLife({
  ...app
}: ObservedApp): Promise<Record<string, string>> {
  const { call, clock, cloud, reports, tokens, reportTokens, requests } = app;
  const canaries: Record<string, string> = {
    'client id': cloud.clientId,
    secret: cloud.clientSecret,
    'client id of reports': reports.clientId,
    'secret of reports': reports.clientSecret,
    tenant: 'acme-of-berlin',
  };
  const remember = (token: { readonly value: string } | undefined) => {
    canaries[`token ${Object.keys(canaries).length}`] = String(token?.value);
  };
  await Promise.all(Array.from({ length: 50 }, call));
  remember(tokens.peekToken());
  remember(await reportTokens.getToken());
  remember(await app.as('acme-of-berlin'));

  cloud.revokeAll();
  await call();
  remember(tokens.peekToken());

  await clock.advance(0.81 * DAY_MS);
  cloud.failNext({ kind: 'html' });
  await call();
  await eventually(async () => expect(await requests('transient')).toBe(1));

  await clock.advance(60_000);
  cloud.failNext({ kind: 'refuse' });
  await call();
  await eventually(async () => expect(await requests('refused')).toBe(1));
  return canaries;
}
