import { runInNewContext } from 'node:vm';

import { Injectable, type OnModuleInit } from '@nestjs/common';
import * as prom from 'prom-client';
import ts from 'typescript';
import { expect, it, onTestFinished } from 'vitest';

import { AsposeTokenService } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { snippetsIn } from '../support/snippets.js';

type Metrics = new (tokens: AsposeTokenService) => OnModuleInit;

/** The class of the recipe in the documentation. */
function documentedMetrics(): Metrics {
  const recipe = snippetsIn('docs/operations.md').find(({ text }) =>
    text.includes("from 'prom-client'"),
  );
  const { outputText } = ts.transpileModule(String(recipe?.text), {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
    },
  });
  const exported: { AsposeMetrics?: Metrics } = {};
  runInNewContext(outputText, {
    exports: exported,
    require: () => prom,
    Injectable,
  });
  return exported.AsposeMetrics as Metrics;
}

it('the documented recipe for prom-client counts events and measures the runway', async () => {
  onTestFinished(() => prom.register.clear());
  const cloud = await startCloud({ lifetimeSeconds: 1_000 });
  cloud.failNext({ kind: 'refuse' });
  const { tokens } = await nestApp().overCloud(cloud).start();
  const Recipe = documentedMetrics();
  new Recipe(tokens).onModuleInit();

  await rejectionOf(tokens.getToken());
  const failing = await prom.register.metrics();
  tokens.reset();
  await tokens.getToken();
  const working = await prom.register.metrics();

  expect(failing).toContain(
    'aspose_auth_events_total{client="default",type="refresh-failed"} 1',
  );
  expect(failing).toContain('aspose_auth_renewals_failing 1');
  expect(working).toContain('aspose_auth_renewals_failing 0');
  expect(working).toMatch(/^aspose_auth_token_runway_seconds 99\d/m);
});
