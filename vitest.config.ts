import { defineConfig } from 'vitest/config';

/** Projects by cost: `unit` needs nothing, `scenarios` runs every scenario file on the embedded clusters, `browser` needs Chromium. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'harness/**/*.test.ts', 'test/**/*.test.ts'], exclude: ['**/*.browser.test.ts', '**/*.scenarios.test.ts'] } },
      { test: { name: 'scenarios', include: ['test/**/*.scenarios.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'browser', include: ['**/*.browser.test.ts'], exclude: ['node_modules/**'], testTimeout: 60_000 } },
    ],
  },
});
