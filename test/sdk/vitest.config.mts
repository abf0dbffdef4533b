import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.sdk-spec.ts'],
    restoreMocks: true,
    // Loading an SDK takes seconds where the machine is busy.
    testTimeout: 30_000,
  },
});
