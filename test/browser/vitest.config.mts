import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.browser-spec.ts'],
    maxWorkers: '100%',
    // A browser takes seconds to start where the machine is busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
