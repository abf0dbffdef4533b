import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.fleet-spec.ts'],
    globalSetup: 'support/replica-program.ts',
    restoreMocks: true,
    maxWorkers: '100%',
    // A worker keeps the replicas that it has started, from file to file.
    isolate: false,
    // Processes are started and stopped, on a machine that may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
