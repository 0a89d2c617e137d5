import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** What takes its time: every desk searched for the truth, suites killed and taken up again, whole comparisons and campaigns. */
const slow = ['test/leaks.scenarios.test.ts', 'test/kill-suite.scenarios.test.ts', 'test/regress.scenarios.test.ts', 'test/campaign.scenarios.test.ts', '**/*.slow.test.ts'];

/** Kinds of test with a project of their own, by their file's ending. */
const endings = ['browser', 'scenarios', 'realprom', 'real', 'docker', 'slow'].map((kind) => `**/*.${kind}.test.ts`);

/**
 * Projects by cost. `unit` and `scenarios` need nothing but Node and are `npm test`. `slow` needs only patience, `browser`
 * Chromium, and `realprom` a Prometheus; the last two say so and are skipped without one. These three are `npm run test:extra`.
 * `real` starts etcd as processes and `docker` in containers, in real time: `npm run test:real`, skipped with a word where the
 * programs are not there; they share a machine with whatever else it does, so a test that fails there is tried once more.
 * CI runs all seven. In `unit` and `scenarios` the files of one worker share their modules, which hold nothing that a test changes: loading and warming
 * them anew for each file took half the time of the unit tests.
 */
export default defineConfig({
  test: {
    // Two cores are two workers; on more, one is left to whoever is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'harness/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: endings,
          setupFiles: ['test/properties.setup.ts'],
          testTimeout: 20_000,
          isolate: false,
        },
      },
      { test: { name: 'scenarios', include: ['test/**/*.scenarios.test.ts'], exclude: slow, testTimeout: 120_000, isolate: false } },
      { test: { name: 'slow', include: slow, exclude: ['node_modules/**'], testTimeout: 120_000 } },
      { test: { name: 'browser', include: ['**/*.browser.test.ts'], exclude: ['node_modules/**'], testTimeout: 60_000 } },
      { test: { name: 'realprom', include: ['test/**/*.realprom.test.ts'], testTimeout: 300_000 } },
      { test: { name: 'real', include: ['**/*.real.test.ts'], exclude: ['node_modules/**'], testTimeout: 900_000, hookTimeout: 300_000, retry: 1 } },
      { test: { name: 'docker', include: ['**/*.docker.test.ts'], exclude: ['node_modules/**'], testTimeout: 900_000, hookTimeout: 600_000, fileParallelism: false, retry: 1 } },
    ],
  },
});
