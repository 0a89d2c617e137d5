import { defineConfig } from 'vitest/config';

/**
 * Projects by cost. `unit` and `scenarios` need nothing but Node and are `npm test`. `browser` needs Chromium and `realprom` a
 * Prometheus; both say so and are skipped without one, and are `npm run test:extra`. CI runs all four.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'harness/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/*.scenarios.test.ts', '**/*.realprom.test.ts'],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'scenarios', include: ['test/**/*.scenarios.test.ts'], testTimeout: 120_000 } },
      { test: { name: 'browser', include: ['**/*.browser.test.ts'], exclude: ['node_modules/**'], testTimeout: 60_000 } },
      { test: { name: 'realprom', include: ['test/**/*.realprom.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
