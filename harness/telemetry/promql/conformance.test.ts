import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScript } from './script-runner.ts';

/** Prometheus' own scripts lie beside the repository, not in it. */
const folder = join(import.meta.dirname, '../../../../shared/reference/promql');
const there = existsSync(folder);

/** Script, and the least number of evaluations that must have run: a runner that skips everything proves nothing. */
const scripts: readonly (readonly [string, number])[] = [
  ['promqltest/aggregators.test', 123],
  ['promqltest/at_modifier.test', 70],
  ['promqltest/collision.test', 2],
  ['promqltest/duration_expression.test', 59],
  ['promqltest/literals.test', 25],
  ['promqltest/operators.test', 139],
  ['promqltest/range_queries.test', 14],
  ['promqltest/selectors.test', 31],
  ['promqltest/staleness.test', 17],
  ['promqltest/subquery.test', 32],
  ['promqltest/trig_functions.test', 19],
  ['promql-traps/traps.test', 215],
  ['promql-dashboards/dashboards.test', 1806],
];

describe.skipIf(!there)(`answers are Prometheus' own${there ? '' : ' (skipped: the scripts are not on this machine)'}`, () => {
  test.each(scripts)('%s', { timeout: 60_000 }, (script, least) => {
    const { passed, failures } = runScript(readFileSync(join(folder, script), 'utf8'));
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(least);
  });
});
