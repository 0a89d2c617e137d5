import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Third-party scripts lie beside the repository, not in it. */
const folder = join(import.meta.dirname, '../../../shared/reference/promql');
const there = existsSync(join(folder, 'conformance.mjs'));

interface Summary {
  readonly run: number;
  readonly pass: number;
  readonly fail: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly byClass: Readonly<Record<string, { readonly evals: number; readonly pass: number }>>;
}

/** The runner's own summary: every evaluation also as a range query, and with `@` on its selectors. */
function conformance(suite: string): Summary {
  const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const summary = join(dir, 'summary.json');
    const adapter = join(import.meta.dirname, '../promql-adapter.mjs');
    execFileSync(process.execPath, [realpathSync(join(folder, 'conformance.mjs')), '--engine', adapter, '--variants', 'all', '--dir', join(folder, suite), '--json', summary], { encoding: 'utf8' });
    return JSON.parse(readFileSync(summary, 'utf8')) as Summary;
  } catch (error) {
    // A failing runner prints which evaluations differ, and exits with 1.
    throw new Error((error as { stdout?: string }).stdout ?? String(error), { cause: error });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe.skipIf(!there)(`every answer is Prometheus' own${there ? '' : " (skipped: Prometheus' scripts are not on this machine)"}`, () => {
  test('its test scripts: all that is stable passes, what is skipped is named', { timeout: 120_000 }, () => {
    const { fail, skipped, byClass } = conformance('promqltest');
    expect({ fail, skipped }).toEqual({ fail: 0, skipped: { experimental: 198, 'native-histogram': 207, 'delayed-name-removal': 4 } });
    expect({ stable: byClass.stable, durations: byClass['duration-expr'] }).toMatchObject({ stable: { evals: 567, pass: 567 }, durations: { evals: 51, pass: 51 } });
  });

  test.each([['promql-traps', 215], ['promql-dashboards', 1806]])('%s: all %d', { timeout: 120_000 }, (suite, evals) => {
    expect(conformance(suite)).toMatchObject({ run: evals, pass: evals, fail: 0, skipped: {} });
  });
});
