import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

import { metrics } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type {
  MeterProvider,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

import { AsposeTelemetryModule } from '../../lib/opentelemetry/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { eventfulLife, observedApp } from '../support/observed-app.js';
import { runSnippet, snippetWith } from '../support/run-snippet.js';
import { instrumentsIn } from '../support/telemetry.js';

const PAGE = 'docs/operations.md';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(
  readFileSync('docs/grafana-dashboard.json', 'utf8'),
) as Dashboard;

const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

interface AlertRules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
    }[];
  }[];
}

const [, rules = ''] =
  /^```yaml\n(.*?)^```$/ms.exec(readFileSync(PAGE, 'utf8')) ?? [];

const alerts = (parse(rules) as AlertRules).groups.flatMap(
  (group) => group.rules,
);

/** Each side of `and` and `unless` is a query of its own. */
const sides = alerts.flatMap(({ alert, expr }) =>
  expr.split(/^(?:and|unless)$/m).map((side) => ({ title: alert, expr: side })),
);

/** What a query asks for, as the exporter spells it; Prometheus takes a unit for a part of the name, if a collector adds it. */
function metricsIn(query: string): string[] {
  const named = query.replace(
    /\{__name__=~"(\w+)\(_seconds\)\?(\w*)"(?:, )?/g,
    '$1$2{',
  );
  return [...named.matchAll(/\b(aspose_auth_\w+)\{/g)].map(
    ([, name = '']) => name,
  );
}

function labelsIn(query: string): string[] {
  const compared = [...query.matchAll(/(\w+)(?:=~|!=|=)"/g)];
  const grouped = [...query.matchAll(/ by \(([^)]*)\)/g)].flatMap(
    ([, list = '']) => list.split(', ').map((label) => ['', label] as const),
  );
  return [...compared, ...grouped].map(([, label = '']) => label);
}

/** The labels that Prometheus itself gives each series. */
const OF_PROMETHEUS = ['__name__', 'job', 'instance', 'le'];

type Exported = Parameters<PrometheusSerializer['serialize']>[0];

/** What is exported of an eventful life, in which every instrument has its say. The first test that asks lives it. */
let life: Promise<ResourceMetrics> | undefined;

function exportedLife(): Promise<ResourceMetrics> {
  life ??= observedApp().then(async (app) => {
    await eventfulLife(app);
    return app.exported();
  });
  return life;
}

async function prometheusPage(): Promise<string> {
  const exported: unknown = await exportedLife();
  // The exporter has an SDK of its own, of the version before.
  return new PrometheusSerializer().serialize(exported as Exported);
}

describe.each([...queries, ...sides])(
  'The query of "$title": $expr',
  ({ expr }) => {
    it('names what is exported', async () => {
      const page = await prometheusPage();
      const names = [...page.matchAll(/^(aspose_auth_\w+)\{/gm)].map(
        ([, name]) => name,
      );

      expect(metricsIn(expr)).not.toEqual([]);
      expect(names).toEqual(expect.arrayContaining(metricsIn(expr)));
    });

    it('names labels that what it asks for has', async () => {
      const page = await prometheusPage();
      for (const metric of metricsIn(expr)) {
        const series = page.match(new RegExp(`^${metric}\\{.*$`, 'gm')) ?? [];
        const labels = [...series.join().matchAll(/(\w+)="/g)].map(
          ([, label]) => label,
        );
        expect([...labels, ...OF_PROMETHEUS]).toEqual(
          expect.arrayContaining(labelsIn(expr)),
        );
      }
    });
  },
);

it('explains every alert that has a rule', () => {
  const rows = readFileSync(PAGE, 'utf8').match(/(?<=^\| `)Aspose\w+(?=` )/gm);

  expect(alerts.map(({ alert }) => alert)).toEqual(rows);
});

it('draws every instrument', async () => {
  const instruments = instrumentsIn(await exportedLife());
  const drawn = new Set(
    queries
      .flatMap(({ expr }) => metricsIn(expr))
      .map((name) => name.replace(/_(?:total|bucket|sum|count)$/, '')),
  );

  expect([...drawn].toSorted()).toEqual(
    Object.keys(instruments)
      .map((name) => name.replaceAll('.', '_'))
      .toSorted(),
  );
});

it('writes down each instrument, its unit and its attributes', async () => {
  const instruments = instrumentsIn(await exportedLife());
  const rows = readFileSync('docs/metrics.md', 'utf8').match(/^\| `.*/gm);
  const quoted = (cell = '') =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  const isAttribute = (text: string) => text.includes('.');
  const documented = (rows ?? []).map((row) => {
    const [, name, , unit, , attributes] = row.split('|');
    return [
      quoted(name)[0],
      {
        unit: quoted(unit)[0],
        attributes: quoted(attributes).filter(isAttribute).toSorted(),
      },
    ];
  });

  expect(Object.fromEntries(documented)).toEqual(
    Object.fromEntries(
      Object.entries(instruments).map(([name, { unit, attributes }]) => [
        name,
        {
          unit,
          attributes: attributes.filter(
            (attribute) => attribute !== 'aspose_auth.client.name',
          ),
        },
      ]),
    ),
  );
});

it('is scraped by Prometheus as the page sets it up', async () => {
  const port = await freePort();
  const recipe = snippetWith('PrometheusExporter', PAGE);
  await run(recipe.replace('9464', String(port)));
  const { tokens } = await nestApp()
    .overCloud(await startCloud())
    .importing(AsposeTelemetryModule.forRoot())
    .start();
  await tokens.getToken();

  const response = await fetch(`http://127.0.0.1:${port}/metrics`);

  expect(await response.text()).toMatch(
    /^aspose_auth_token_request_duration_count\{.*aspose_auth_outcome="accepted".*\} 1$/m,
  );
});

/** Runs a snippet that starts the SDK, until the test ends. */
async function run(text: string): Promise<void> {
  const { meters } = (await runSnippet(text)) as { meters?: MeterProvider };
  onTestFinished(async () => {
    metrics.disable();
    await meters?.shutdown();
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
