import { execa, type Options } from 'execa';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ResultStore } from '../harness/cli/suite/store.ts';
import { Random } from '../src/kernel/random.ts';
import { wallClock } from '../src/kernel/wall-clock.ts';

const lab = fileURLToPath(new URL('../bin/lab.mjs', import.meta.url));

/** What was done to suites, and what became of them. */
export interface KillReport {
  readonly kills: number;
  /** Kills that met a suite which was not complete yet. */
  readonly midway: number;
  readonly suites: number;
  /** Suites whose table differed from that of an undisturbed run, or in which a trial was missing or there twice. */
  readonly wrong: readonly string[];
}

/** Kills running suites at random moments, takes each up again until it is whole, and compares its table with an undisturbed run's. */
export async function killSuites(options: { readonly kills: number; readonly filter: string; readonly seed: number; readonly patienceMaxMs: number }): Promise<KillReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'kill-'));
  const random = Random.fromSeed(options.seed).fork('kills');
  // The same places for all of them, since a table names the bundle of its worst trial.
  const args = [lab, 'suite', options.filter, '--quiet', '--resume', '--diagnostician', 'rules', '--db', join(scratch, 'lab.db'), '--out', join(scratch, 'runs')];
  const start = (more: Options = {}) => execa(process.execPath, args, { reject: false, cwd: scratch, env: { INIT_CWD: scratch }, ...more });
  const fresh = () => ['lab.db', 'lab.db-wal', 'lab.db-shm', 'runs'].forEach((name) => rmSync(join(scratch, name), { recursive: true, force: true }));
  const undisturbed = String((await start()).stdout);
  const wrong: string[] = [];
  let [kills, midway, suites] = [0, 0, 0];
  while (kills < options.kills) {
    fresh();
    suites++;
    for (let whole = false; !whole && kills < options.kills; ) {
      const child = start();
      const patience = new AbortController();
      const ended = child.then(() => patience.abort(new Error('ended')));
      await wallClock.sleep(random.between(200, options.patienceMaxMs), patience.signal).catch(() => {});
      if (child.kill('SIGKILL')) kills++;
      await ended;
      whole = String((await child).stdout) !== '';
      if (!whole) midway++;
    }
    const table = String((await start()).stdout);
    if (table !== undisturbed) wrong.push(`suite ${suites}: another table\n${table}`);
    using store = ResultStore.open(join(scratch, 'lab.db'));
    const suite = store.last();
    const there = suite === undefined ? [] : store.trials(suite).map((trial) => `${trial.scenario}#${trial.seed}`);
    if (JSON.stringify(there) !== JSON.stringify(suite?.planned.map(([scenario, seed]) => `${scenario}#${seed}`))) wrong.push(`suite ${suites}: ${there.join(' ')}`);
  }
  rmSync(scratch, { recursive: true, force: true });
  return { kills, midway, suites, wrong };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = await killSuites({ kills: Number(process.argv[2] ?? 300), filter: process.argv[3] ?? 'pd-only', seed: 1, patienceMaxMs: 2_500 });
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  process.exitCode = report.wrong.length === 0 ? 0 : 1;
}
