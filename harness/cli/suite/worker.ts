import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { orThrow } from '../../../src/kernel/result.ts';
import { perform } from '../../lab.ts';
import { inVirtualTime } from '../../lab/choose-cluster.ts';
import { scenarioFromFile } from '../../scenario/loader.ts';
import { labKnowledge } from '../knowledge.ts';
import { chosenDiagnostician } from './flags.ts';
import { type Trial, trialOf } from './trial.ts';

/** What a worker is asked for. */
export interface WorkOrder {
  readonly file: string;
  readonly seed: number;
  readonly diagnostician: string;
  readonly outDir: string;
  /** Whether what is there, an older bundle of the same trial, gives way. */
  readonly replace: boolean;
}

/** What a worker answers: a trial and how large the worker is after it, or the bug that stopped it. */
export type WorkResult = { readonly trial: Trial; readonly residentBytes: number } | { readonly bug: string };

const stopping = new AbortController();

// A Ctrl-C reaches the whole group of processes; the suite decides what it means and says `stop`.
process.on('SIGINT', () => {}).on('SIGTERM', () => {});
// A worker without a suite works for nobody.
process.on('disconnect', () => process.exit(1));
process.on('message', (order: WorkOrder | 'stop') => {
  if (order === 'stop') stopping.abort(new Error('interrupted'));
  else void work(order).then((result) => process.send?.(result));
});

/** A folder that no worker of a killed suite can still be writing to; what such workers left of this trial goes. */
function freshPart(outDir: string): string {
  const parent = dirname(outDir);
  const left = existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith(`${basename(outDir)}.part-`)) : [];
  for (const name of left) rmSync(join(parent, name), { recursive: true, force: true });
  return `${outDir}.part-${process.pid}`;
}

function putInPlace(part: string, outDir: string): void {
  rmSync(outDir, { recursive: true, force: true });
  renameSync(part, outDir);
}

async function work({ file, seed, diagnostician: spec, outDir, replace }: WorkOrder): Promise<WorkResult> {
  try {
    const loaded = orThrow(scenarioFromFile(file, labKnowledge()), 2);
    const scenario = inVirtualTime(loaded) ?? loaded;
    const diagnostician = await chosenDiagnostician(spec);
    const dir = replace ? freshPart(outDir) : outDir;
    const performed = await perform({ scenario, seed, diagnostician, outDir: dir, signal: stopping.signal });
    if (replace) putInPlace(dir, outDir);
    return { trial: trialOf({ ...performed, bundleDir: outDir }), residentBytes: process.memoryUsage.rss() };
  } catch (error) {
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
