import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { canRunAsRoot, lab } from '../harness/clusters/process/short-run.test-kit.ts';
import { orThrow } from '../src/kernel/result.ts';
import { readBundle } from '../harness/history/bundle-reader.ts';
import { eventsOf } from '../harness/history/events.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-etcd-scenarios-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Clusters at a time: three members and their clients take about half a core. */
const lanes = 3;
const names = ['leader-killed', 'member-killed', 'member-paused', 'leader-paused', 'leader-partitioned', 'quorum-lost', 'space-quota-exhausted', 'disk-full', 'member-data-lost'];

/** The scenario with shorter acts: everything up to the diagnosis is as it is committed, only what follows is cut. */
function shortened(name: string): string {
  const committed = readFileSync(fileURLToPath(new URL(`../scenarios/etcd/${name}.yaml`, import.meta.url)), 'utf8');
  const dir = join(folder, name);
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${name}.yaml`);
  writeFileSync(file, committed.replace('- recover: 1m', '- recover: 15s').replace('- hold: 2m', '- hold: 100s'));
  return file;
}

async function run(name: string): Promise<string> {
  const out = join(folder, name, 'bundle');
  const child = spawn(process.execPath, [lab, 'run', '--scenario-file', shortened(name), '--cluster', 'process', '--diagnostician', 'rules', '--out', out, '--quiet'], {
    env: { ...process.env, LAB_STATE_DIR: join(folder, 'state') }, stdio: 'ignore',
  });
  await new Promise((resolve) => child.once('close', resolve));
  return out;
}

let free = lanes;
const waiting: (() => void)[] = [];

async function inALane<T>(work: () => Promise<T>): Promise<T> {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else free--;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

describe.skipIf(!canRunAsRoot).concurrent('rules is right about a real etcd', () => {
  test.each(names)('%s', { timeout: 1_800_000, retry: 1 }, async (name) => {
    const { run: ran, history } = orThrow(readBundle(await inALane(() => run(name))));
    expect(eventsOf(history, 'fault-witnessed').every(({ bites }) => bites)).toBe(true);
    const { state, because, scorecard } = ran;
    expect({ state, because, verdict: scorecard?.verdict, said: scorecard?.said }).toMatchObject({ state: 'scored', verdict: 'PASS' });
  });
});
