import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { Random } from '../../../src/kernel/random.ts';
import { stopwatch, wallClock } from '../../../src/kernel/wall-clock.ts';
import { readBundle } from '../../history/bundle-reader.ts';
import { Journal } from '../../journal/journal.ts';
import { renderRun } from '../../reporting/page.ts';
import { leftBehind } from './left-behind.test-kit.ts';
import { onPath } from './programs.ts';

const kills = Number(process.env['LAB_KILLS'] ?? 25);
const seed = Number(process.env['LAB_KILL_SEED'] ?? 1);
/** A whole run of the short timeline takes about so long, clean-up included. */
const patienceMs = 16_000;

const folder = mkdtempSync(join(tmpdir(), 'lab-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { ...process.env, LAB_STATE_DIR: join(folder, 'state'), TMPDIR: folder };
const lab = fileURLToPath(new URL('../../../bin/lab.mjs', import.meta.url));

const faults = [
  'process-kill', 'process-pause', 'disk-slow', 'cpu-throttle', 'network-partition', 'memory-limit, with: { limit: 200MiB }', 'disk-fill, with: { free: 0.5 }', 'process-stop', 'crash-loop, with: { killAfter: 1s }',
];

/** A timeline of seconds around one fault. */
function scenarioFile(fault: string): string {
  const [kind, ...params] = fault.split(', ');
  const file = join(folder, `${kind}.yaml`);
  writeFileSync(file, `scenario: ${kind}
title: Short and violent
story: Somebody kills the lab in the middle of it.
subject: etcd
cluster: { kind: process, nodes: { member: 3 } }
load: { shape: mixed, rate: 50/s, reads: 0.5, keys: uniform, valueBytes: 256 }
timeline:
  - steady: 2s
  - inject: { fault: ${kind}, into: { role: member }, as: victim${params.map((each) => `, ${each}`).join('')} }
  - hold: 3s
  - revert: victim
  - recover: 1s
truth: { verdict: fault, causes: [{ component: victim, kind: process-crash }] }
`);
  return file;
}

/** Runs the lab and ends it without a word after so long, unless it ends by itself. */
async function killedRun(fault: string, dir: string, afterMs: number): Promise<'killed' | 'ended'> {
  const child = spawn(process.execPath, [lab, 'run', '--scenario-file', scenarioFile(fault), '--out', dir, '--diagnostician', 'rules', '--quiet'], { env, stdio: 'ignore' });
  const ended = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')));
  const first = await Promise.race([ended, wallClock.sleep(afterMs).then(() => 'killed' as const)]);
  child.kill('SIGKILL');
  await ended;
  return first;
}

function unfinishedRuns(): readonly string[] {
  const file = join(folder, 'state', 'journal.db');
  if (!existsSync(file)) return [];
  using journal = new Journal(file);
  return journal.runs().map(({ run }) => run);
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

it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0 || !onPath('etcd'))(`nothing is left after ${kills} labs were killed at any moment (LAB_KILLS, LAB_KILL_SEED=${seed}), and every bundle opens`, async () => {
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
