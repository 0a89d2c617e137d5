import { spawn } from 'node:child_process';
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
/** Labs at a time: cleaning up after one must not touch the others. */
const lanes = Number(process.env['LAB_KILL_LANES'] ?? 2);

const shop = workshop();
const { folder, env } = shop;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const faults = [
  'process-kill', 'process-pause', 'disk-slow', 'cpu-throttle', 'network-partition', 'memory-limit, with: { limit: 200MiB }', 'disk-fill, with: { free: 0.5 }', 'process-stop', 'crash-loop, with: { killAfter: 1s }', 'data-loss',
];

/** Runs the lab and ends it without a word after so long, unless it ends by itself. */
async function killedRun(fault: string, dir: string, afterMs: number): Promise<{ readonly how: 'killed' | 'ended'; readonly pid: number | undefined }> {
  const { child, ended } = startLab(shortScenario(folder, fault), dir, shop);
  const how = await Promise.race([ended.then(() => 'ended' as const), wallClock.sleep(afterMs).then(() => 'killed' as const)]);
  const gone = new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(undefined)));
  child.kill('SIGKILL');
  await gone;
  return { how, pid: child.pid };
}

interface Outcome {
  readonly what: string;
  /** Set when it was over before its moment came. */
  readonly endedAfterMs?: number;
  readonly wrong: readonly string[];
}

async function killOnce(turn: number, afterMs: number): Promise<Outcome> {
  const fault = faults[turn % faults.length] as string;
  const dir = join(folder, `bundle-${turn}`);
  const lived = stopwatch();
  const { how, pid } = await killedRun(fault, dir, afterMs);
  const livedMs = Math.round(lived());
  const runs = shop.unfinishedRuns(pid);
  const held = runs.flatMap((run) => leftBehind(run, folder)).length;
  const elapsed = stopwatch();
  const cleaned = await clean();
  // The other lane's `lab clean` may have taken it over; then that one ends it.
  const still = () => runs.filter((run) => shop.unfinishedRuns().includes(run));
  for (let looks = 0; looks < 600 && still().length > 0; looks++) await wallClock.sleep(100);
  const wrong = [
    ...(cleaned.code === 0 ? [] : [`lab clean ended with ${cleaned.code}: ${cleaned.said}`]),
    ...runs.flatMap((run) => leftBehind(run, folder)),
    ...still().map((run) => `journal still holds ${run}`),
    ...brokenBundle(dir),
  ];
  return { what: `${turn} ${fault} ${how} after ${livedMs} ms; ${held} things were left, cleaned in ${Math.round(elapsed())} ms`, wrong, ...(how === 'ended' && { endedAfterMs: livedMs }) };
}

function clean(): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [lab, 'clean', '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
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
  // A run that nobody disturbs tells how long one takes on this machine at this hour; the shortest one counts.
  const elapsed = stopwatch();
  await startLab(shortScenario(folder, 'disk-slow'), join(folder, 'undisturbed'), shop).ended;
  let wholeMs = elapsed();
  let turn = 0;
  let killed = 0;
  const outcomes: Outcome[] = [];
  const lane = async (): Promise<void> => {
    while (killed < kills) {
      const outcome = await killOnce(turn++, Math.floor(random.between(0, wholeMs)));
      process.stdout.write(`${outcome.what}${outcome.wrong.map((line) => `\n  WRONG ${line}`).join('')}\n`);
      outcomes.push(outcome);
      // One that was over before its moment came was not killed.
      if (outcome.endedAfterMs === undefined) killed++;
      else wholeMs = Math.min(wholeMs, outcome.endedAfterMs);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect([shop.unfinishedRuns(), readdirSync(folder).filter((name) => name.startsWith('operator-lab-'))]).toEqual([[], []]);
}, kills * 90_000 + 120_000);
