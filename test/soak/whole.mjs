// What the suite tries in part, tried in whole: as many calls, bytes and random cases as are promised. SEED repeats the cases.
// A part of them: `--only=concurrent-calls,large-streams`.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const SPECS = [
  'test/e2e/concurrent-calls',
  'test/e2e/gateway-failures',
  'test/e2e/gateway-large',
  'test/e2e/interleaved-tenants',
  'test/e2e/large-streams',
  'test/e2e/many-tenants',
  'test/e2e/token-endpoint-chain',
  'test/regression/what-is-handed-over-arrives',
  'test/unit/tenants/tenant.token-source',
  'test/unit/store/fleet.outage',
  'test/unit/store/fleet.properties',
  'test/unit/store/fleet.refused',
  'test/unit/testing/emulator/aspose-cloud-emulator',
  'test/unit/testing/emulator/loopback-server',
];

const { resolve } = createRequire(import.meta.url);
const vitest = join(dirname(resolve('vitest/package.json')), 'vitest.mjs');
const only = process.argv
  .find((argument) => argument.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const specs = SPECS.filter(
  (spec) => only === undefined || only.some((name) => spec.endsWith(name)),
);
const { status } = spawnSync(process.execPath, [vitest, 'run', ...specs], {
  stdio: 'inherit',
  env: { ...process.env, WHOLE: '1' },
});
process.exitCode = status ?? 1;
