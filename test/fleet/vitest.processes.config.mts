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
    // Twenty processes on two processors: one that does not hear Redis in 250 ms goes by itself, as it should, but not as is
    // promised for a Redis that answers. What fails three times is broken.
    retry: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
