#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Third-party scripts lie beside the repository, not in it. */
const folder = join(import.meta.dirname, '../../shared/reference/promql');
const runner = join(folder, 'conformance.mjs');
/** Prometheus' own scripts, what home-made engines get wrong, and every query of the vendor's dashboards. */
const suites = ['promqltest', 'promql-traps', 'promql-dashboards'];

if (!existsSync(runner)) {
  console.log(`conformance: skipped, Prometheus' scripts are not on this machine (looked for ${runner})`);
  console.log('the language is also covered by: npm exec vitest -- run --project unit harness/telemetry');
  process.exit(0);
}

let failed = 0;
for (const suite of suites) {
  console.log(`\n${suite}`);
  const { status } = spawnSync(process.execPath, [realpathSync(runner), '--engine', join(import.meta.dirname, 'promql-adapter.mjs'), '--variants', 'all', '--dir', join(folder, suite), ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) failed = status ?? 2;
}
process.exit(failed);
