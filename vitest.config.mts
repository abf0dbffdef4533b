import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/{unit,e2e,regression,contracts}/**/*.spec.ts',
      'test/{unit,e2e,regression,contracts}/**/*.e2e-spec.ts',
      'sample-app/test/**/*.{spec,e2e-spec}.ts',
    ],
    restoreMocks: true,
    // Half of the specs wait for sockets: a processor each, not one of them left free.
    maxWorkers: '100%',
    // For machines that are busy: no test waits for time to pass.
    testTimeout: 30_000,
    hookTimeout: 30_000,
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
          lines: 100,
          branches: 100,
          functions: 100,
          statements: 100,
        },
      },
    },
  },
});
