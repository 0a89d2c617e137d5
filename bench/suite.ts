import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageDir } from '../harness/cli/places.ts';
import { chosenScenarios } from '../harness/cli/suite/flags.ts';
import { planTrials } from '../harness/cli/suite/plan.ts';
import { WorkerPool } from '../harness/cli/suite/pool.ts';
import { performTrials } from '../harness/cli/suite/trial.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';
import { stopwatch } from '../src/kernel/wall-clock.ts';

const sampleEvery = 50;

/**
 * All scenarios, `count` trials in all, in worker processes as `lab suite` has them: what a trial costs in CPU time, and whether
 * the memory of the workers stays flat. CPU time and memory of the workers are read from /proc, so this bench needs Linux.
 */
export async function suite(count = Number(process.env['BENCH_TRIALS'] ?? 400)): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-suite-'));
  const scenarios = chosenScenarios(undefined);
  const recorded = scenarios.filter((scenario) => scenario.cluster.kind === 'recorded').length;
  const trials = Math.max(1, Math.ceil((count - recorded) / Math.max(1, scenarios.length - recorded)));
  const plan = planTrials(scenarios, { trials, seedFrom: 1 }).slice(0, count);
  // Scenario after scenario would show growth that comes from the scenario.
  plan.sort((a, b) => a.seed - b.seed);
  const signal = new AbortController().signal;
  const asked = { spec: 'rules', name: rules.name, fingerprint: rules.fingerprint() };
  using pool = new WorkerPool({ askedIn: () => asked, signal, replace: true, fileOf: ({ scenario }) => join(packageDir, scenario.file), dirFor: ({ scenario, seed }) => join(dir, `${scenario.id.replaceAll('/', '-')}-s${seed % 2}`) });
  const memory: number[] = [];
  let used = 0;
  const elapsed = stopwatch();
  const done = await performTrials({
    plan, signal, run: pool.run,
    concurrency: availableParallelism(),
    onTrial: (_, finished) => {
      const workers = pool.pids.map(statusOf);
      used = workers.reduce((sum, each) => sum + each.cpuSeconds, 0);
      if (finished % sampleEvery === 0) memory.push(Math.round(workers.reduce((sum, each) => sum + each.residentMb, 0) / workers.length));
    },
  });
  const wallSeconds = elapsed() / 1000;
  rmSync(dir, { recursive: true, force: true });
  const judged = done.filter((trial) => trial.state === 'scored').length;
  return [
    `${done.length} trials of ${scenarios.length} scenarios, ${judged} scored: ${(used / done.length).toFixed(3)} s of CPU a trial, ${wallSeconds.toFixed(0)} s of wall time on ${availableParallelism()} cores`,
    `memory of a worker after every ${sampleEvery} trials, in MB: ${memory.join(' ')}`,
  ];
}

/** CPU time and resident memory of a process; clock ticks are hundredths of a second on Linux. */
function statusOf(pid: number): { readonly cpuSeconds: number; readonly residentMb: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').map(Number);
    return { cpuSeconds: ((fields[11] ?? 0) + (fields[12] ?? 0)) / 100, residentMb: ((fields[21] ?? 0) * 4096) / 1e6 };
  } catch {
    return { cpuSeconds: 0, residentMb: 0 };
  }
}
