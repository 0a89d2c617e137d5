import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Random } from '../../../src/kernel/random.ts';
import { stopwatch, wallClock } from '../../../src/kernel/wall-clock.ts';
import { readBundle } from '../../history/bundle-reader.ts';
import { renderRun } from '../../reporting/page.ts';
import { leftBehind } from './left-behind.test-kit.ts';
import { canRunAsRoot, lab, shortScenario, startLab, workshop } from './short-run.test-kit.ts';

const kills = Number(process.env['LAB_KILLS'] ?? 25);
const seed = Number(process.env['LAB_KILL_SEED'] ?? 1);
/** A whole run of the short timeline takes about so long, clean-up included. */
const patienceMs = 16_000;

const { folder, env, unfinishedRuns } = workshop();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const faults = [
  'process-kill', 'process-pause', 'disk-slow', 'cpu-throttle', 'network-partition', 'memory-limit, with: { limit: 200MiB }', 'disk-fill, with: { free: 0.5 }', 'process-stop', 'crash-loop, with: { killAfter: 1s }', 'data-loss',
];

/** Runs the lab and ends it without a word after so long, unless it ends by itself. */
async function killedRun(fault: string, dir: string, afterMs: number): Promise<'killed' | 'ended'> {
  const { child, ended } = startLab(shortScenario(folder, fault), dir, { env, unfinishedRuns });
  const first = await Promise.race([ended.then(() => 'ended' as const), wallClock.sleep(afterMs).then(() => 'killed' as const)]);
  const gone = new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(undefined)));
  child.kill('SIGKILL');
  await gone;
  return first;
}

interface Outcome {
  readonly what: string;
  readonly wrong: readonly string[];
}

async function killOnce(turn: number, random: Random): Promise<Outcome> {
  const fault = faults[turn % faults.length] as string;
  const afterMs = Math.floor(random.between(0, patienceMs));
  const dir = join(folder, `bundle-${turn}`);
  const how = await killedRun(fault, dir, afterMs);
  const runs = unfinishedRuns();
  const held = runs.flatMap((run) => leftBehind(run, folder)).length;
  const elapsed = stopwatch();
  const cleaned = spawnSync(process.execPath, [lab, 'clean', '--json'], { env, encoding: 'utf8' });
  const wrong = [
    ...(cleaned.status === 0 ? [] : [`lab clean ended with ${cleaned.status}: ${cleaned.stdout}${cleaned.stderr}`]),
    ...runs.flatMap((run) => leftBehind(run, folder)),
    ...unfinishedRuns().map((run) => `journal still holds ${run}`),
    ...readdirSync(folder).filter((name) => name.startsWith('operator-lab-')).map((name) => `folder ${name}`),
    ...brokenBundle(dir),
  ];
  return { what: `${turn} ${fault} ${how} after ${afterMs} ms; ${held} things were left, cleaned in ${Math.round(elapsed())} ms`, wrong };
}

/** A bundle that was begun can be read and shown, however far it came. */
function brokenBundle(dir: string): readonly string[] {
  if (!existsSync(join(dir, 'run.json'))) return [];
  try {
    const bundle = readBundle(dir);
    if (!bundle.ok) return [`bundle: ${bundle.failure.because}`];
    return renderRun(bundle.value).includes('</html>') ? [] : ['bundle: its page is not whole'];
  } catch (error) {
    return [`bundle: ${String(error)}`];
  }
}

it.skipIf(!canRunAsRoot)(`nothing is left after ${kills} labs were killed at any moment (LAB_KILLS, LAB_KILL_SEED=${seed}), and every bundle opens`, async () => {
  const random = Random.fromSeed(seed).fork('kills');
  const outcomes: Outcome[] = [];
  for (let turn = 0; turn < kills; turn++) {
    const outcome = await killOnce(turn, random);
    process.stdout.write(`${outcome.what}${outcome.wrong.map((line) => `\n  WRONG ${line}`).join('')}\n`);
    outcomes.push(outcome);
  }
  expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect(outcomes.some(({ what }) => what.includes('killed'))).toBe(true);
}, kills * 60_000 + 60_000);
