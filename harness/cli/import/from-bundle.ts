import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Millis } from '../../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { press, pressedEnding, unpressToTexts } from '../../clusters/recorded/compression.ts';
import { cutMetrics } from '../../clusters/recorded/cut-metrics.ts';
import type { ImportOptions, ImportSummary } from '../../clusters/recorded/import-recording.ts';
import { incidentFile, incidentFolder, type Script } from '../../clusters/recorded/recording-form.ts';
import type { Bundle } from '../../history/bundle.ts';
import { readBundle } from '../../history/bundle-reader.ts';
import { eventsOf } from '../../history/events.ts';
import { writeAtomically } from '../../history/files.ts';
import { packedEndings, unpack } from '../../telemetry/packing.ts';

/** A recording that was made of a run bundle, with the bundle that it came from. */
export interface ImportedBundle extends ImportSummary {
  readonly bundle: Bundle;
}

/** Whether a folder is a run bundle, as `lab run` and `lab record` write it. */
export const isBundle = (dir: string): boolean => existsSync(join(dir, 'run.json')) && existsSync(join(dir, incidentFolder));

/** Turns a run bundle into a recording: what an operator may see, pressed as small as it gets, and when things were broken and healed. */
export async function importBundle(fromDir: string, outDir: string, { quality = 11, untilMs, force }: ImportOptions): Promise<Result<ImportedBundle>> {
  const read = readBundle(fromDir);
  if (!read.ok) return read;
  if (existsSync(outDir) && !force) return failed('LAB_IMPORT_EXISTS', `${outDir} exists already`, 'import elsewhere with --out, or replace it with --force');
  const bundle = read.value;
  if (bundle.run.state === 'running') return failed('LAB_NOT_A_RECORDING', `${fromDir} was never finished, so it does not say when it ended`, 'record it again');
  const script = scriptOf(bundle, untilMs);
  const files = new Map<string, Uint8Array>();
  for (const file of incidentNames(join(fromDir, incidentFolder))) {
    const [name, bytes] = await repressed(file, readFileSync(join(fromDir, incidentFolder, file)), { script, endMs: bundle.run.endMs, quality });
    files.set(`${incidentFolder}/${name}`, bytes);
  }
  files.set('script.json', Buffer.from(`${JSON.stringify(script, null, 2)}\n`));
  rmSync(join(outDir, incidentFolder), { recursive: true, force: true });
  for (const [name, bytes] of files) writeAtomically(join(outDir, name), bytes);
  return ok({ dir: outDir, script, bundle, files: new Map([...files].map(([name, bytes]) => [name, bytes.byteLength])) });
}

function incidentNames(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1)).sort();
}

/** A file of the bundle as one of the recording, with its name. */
async function repressed(file: string, bytes: Uint8Array, { script, endMs, quality }: { readonly script: Script; readonly endMs: Millis; readonly quality: number }): Promise<[string, Uint8Array]> {
  const ending = packedEndings.find((each) => file.endsWith(each));
  if (ending === undefined) return [file, bytes];
  const name = file.slice(0, -ending.length);
  const isCut = name === incidentFile.metrics && script.endMs < endMs;
  return [`${name}${pressedEnding}`, await press(isCut ? cutMetrics(unpressToTexts(bytes), script.endMs) : unpack(bytes), { quality })];
}

function scriptOf({ run, history }: Bundle, untilMs: Millis | undefined): Script {
  const injectMs = eventsOf(history, 'fault-injected')[0]?.atMs;
  const revertMs = eventsOf(history, 'fault-reverted').at(-1)?.atMs;
  return {
    schema: 'lab.recording/v1',
    subject: run.scenario.subject,
    startMs: run.startMs,
    endMs: Math.min(run.endMs, untilMs === undefined ? Infinity : run.startMs + untilMs),
    ...(injectMs !== undefined && { injectMs }),
    ...(revertMs !== undefined && { revertMs }),
    source: run.cluster === 'attach' ? `a running ${run.scenario.subject} cluster` : `${run.scenario.id}, seed ${run.seed}, on a ${run.cluster} cluster`,
  };
}
