import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.fleet-spec.ts'],
    restoreMocks: true,
    maxWorkers: '100%',
    // Processes are started and stopped, on a machine that may be busy.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
