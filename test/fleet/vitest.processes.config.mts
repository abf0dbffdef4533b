import { defineConfig } from 'vitest/config';

/** Twenty replicas in processes of their own take a machine for themselves: these run one after the other. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.processes-spec.ts'],
    globalSetup: 'support/replica-program.ts',
    restoreMocks: true,
    maxWorkers: 1,
    // The worker keeps the replicas that it has started, from file to file.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
