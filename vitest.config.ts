import { defineConfig } from 'vitest/config';

/** Searches and kills that take their time: every desk of every scenario for the truth, suites killed and taken up again. */
const slow = ['test/leaks.scenarios.test.ts', 'test/kill-suite.scenarios.test.ts'];

/**
 * Projects by cost. `unit` and `scenarios` need nothing but Node and are `npm test`. `slow` needs only patience, `browser`
 * Chromium, and `realprom` a Prometheus; the last two say so and are skipped without one. These three are `npm run test:extra`.
 * CI runs all five.
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
      { test: { name: 'scenarios', include: ['test/**/*.scenarios.test.ts'], exclude: slow, testTimeout: 120_000 } },
      { test: { name: 'slow', include: slow, testTimeout: 120_000 } },
      { test: { name: 'browser', include: ['**/*.browser.test.ts'], exclude: ['node_modules/**'], testTimeout: 60_000 } },
      { test: { name: 'realprom', include: ['test/**/*.realprom.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
