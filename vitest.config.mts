import { configDefaults, defineConfig } from 'vitest/config';

/** Specs that change what a process has once (axios, its clock, its agents, its streams), or measure its memory. */
const ALONE = [
  'test/e2e/*lowest-axios.e2e-spec.ts',
  'test/e2e/{attaching,process-wide-axios,several-apps}.e2e-spec.ts',
  'test/e2e/{concurrent-calls,gateway-large,large-streams,many-tenants}.e2e-spec.ts',
  'test/e2e/token-endpoint-{callers,hostile,logs,oidc-provider}.e2e-spec.ts',
  'test/regression/{a-shared-stream-goes-on,background-refresh-failure-kills-no-process}.spec.ts',
  'test/unit/endpoint/token-forwarder.held-pairs.spec.ts',
  'test/unit/http/axios/{attach-aspose-token,pristine-axios}.spec.ts',
  'test/unit/network/*.spec.ts',
  'test/unit/{refreshing,token}/engine.properties.spec.ts',
  'test/unit/token/{token-clock,token-clock.early-timers,token-clock.fair-timers}.spec.ts',
  'test/unit/transport/*.spec.ts',
];

export default defineConfig({
  test: {
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Half of the specs wait for sockets: a processor each, not one of them left free.
    maxWorkers: '100%',
    // For machines that are busy: no test waits for time to pass.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Loading Nest takes longer than most specs: those that share a process load it once.
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: [
            'test/{unit,e2e,regression,contracts}/**/*.{spec,e2e-spec}.ts',
            'sample-app/test/**/*.{spec,e2e-spec}.ts',
          ],
          exclude: [...configDefaults.exclude, ...ALONE],
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ALONE, sequence: { groupOrder: 2 } },
      },
    ],
    coverage: {
      include: ['lib/**/*.ts'],
      exclude: ['lib/**/*.d.ts', 'lib/**/index.ts'],
      reporter: ['text-summary', 'text', 'html'],
      thresholds: {
        lines: 95,
        branches: 95,
        functions: 95,
        statements: 95,
        'lib/{token,credential,refreshing,client-credentials}/**': {
          lines: 99,
          branches: 99,
          functions: 99,
          statements: 99,
        },
      },
    },
  },
});
