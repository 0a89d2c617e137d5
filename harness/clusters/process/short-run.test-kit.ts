import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { Journal } from '../../journal/journal.ts';
import { onPath } from './programs.ts';

/** Whether this machine can give a real cluster of processes everything. */
export const canRunAsRoot: boolean = process.platform === 'linux' && process.getuid?.() === 0 && onPath('etcd');

/** The command that people type. */
export const lab: string = fileURLToPath(new URL('../../../bin/lab.mjs', import.meta.url));

/** A folder with a journal and scratch files of its own, and the environment that makes labs use them. */
export function workshop(): { readonly folder: string; readonly env: NodeJS.ProcessEnv; readonly unfinishedRuns: (ownerPid?: number) => readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'lab-short-'));
  const state = join(folder, 'state');
  const unfinishedRuns = (owner?: number) => {
    if (!existsSync(join(state, 'journal.db'))) return [];
    using journal = new Journal(join(state, 'journal.db'));
    return journal.runs().filter(({ ownerPid }) => owner === undefined || ownerPid === owner).map(({ run }) => run);
  };
  return { folder, env: { ...process.env, LAB_STATE_DIR: state, TMPDIR: folder }, unfinishedRuns };
}

/** Writes a scenario with a timeline of seconds around one fault: its kind and, after a comma, more of the injection. */
export function shortScenario(folder: string, fault: string): string {
  const [kind, ...more] = fault.split(', ');
  const file = join(folder, `${kind}.yaml`);
  writeFileSync(file, `scenario: ${kind}
title: Short and violent
story: Over before anybody looks.
subject: etcd
cluster: { kind: process, nodes: { member: 3 } }
load: { shape: mixed, rate: 50/s, reads: 0.5, keys: uniform, valueBytes: 256 }
timeline:
  - steady: 2s
  - inject: { fault: ${kind}, into: { role: member }, as: victim${more.map((each) => `, ${each}`).join('')} }
  - hold: 3s
  - revert: victim
  - recover: 1s
truth: { verdict: fault, causes: [{ component: victim, kind: process-crash }] }
`);
  return file;
}

/** How a lab ended, what it said, and the names of its runs while it had any. */
export interface LabEnd {
  readonly code: number | null;
  readonly said: string;
  readonly runs: readonly string[];
}

/** Starts `lab run` on a short scenario; `how` may put words before it. */
export function startLab(file: string, dir: string, how: { readonly env: NodeJS.ProcessEnv; readonly unfinishedRuns: () => readonly string[]; readonly before?: readonly string[] }): { readonly child: ChildProcess; readonly ended: Promise<LabEnd> } {
  const [program = '', ...args] = [...(how.before ?? []), process.execPath, lab, 'run', '--scenario-file', file, '--out', dir, '--diagnostician', 'rules'];
  const child = spawn(program, args, { env: how.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ended = namesUntil(closed, how.unfinishedRuns).then(async (runs) => ({ code: await closed, said, runs }));
  return { child, ended };
}

/** A run that has ended is in no journal any more, so its name must be read while it lasts. */
async function namesUntil(end: Promise<unknown>, unfinishedRuns: () => readonly string[]): Promise<readonly string[]> {
  const names = new Set<string>();
  const over = end.then(() => true);
  do for (const run of unfinishedRuns()) names.add(run);
  while (!(await Promise.race([over, wallClock.sleep(200).then(() => false)])));
  return [...names];
}
