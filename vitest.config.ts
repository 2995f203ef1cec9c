import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/node/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: Math.min(2, availableParallelism()),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The built package is tested as Node loads it, not as Vite would transform it.
    server: { deps: { external: [/\/dist\/lib\//] } },
  },
});
