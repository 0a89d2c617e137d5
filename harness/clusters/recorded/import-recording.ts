import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { InventoryNode } from '../../../src/ports/ports.ts';
import { press, pressedEnding } from './compression.ts';
import { cutMetrics } from './cut-metrics.ts';
import { incidentFile, incidentFolder, type Script } from './recording-form.ts';
import { inventoryOf, logNamesOf, readRawMeta, readRawText, type RawMeta } from './raw-recording.ts';
import { controlText, mergeLogs } from './raw-texts.ts';

/** How to import. */
export interface ImportOptions {
  /** Brotli's quality, 0 to 11; default 11. */
  readonly quality?: number;
  /** Ends the recording this long after its start, where what follows is not worth keeping. */
  readonly untilMs?: number;
  /** Replaces an earlier import in the same place. */
  readonly force?: boolean;
}

/** What an import wrote. */
export interface ImportSummary {
  readonly dir: string;
  readonly script: Script;
  /** Bytes of each written file, by its path in the recording. */
  readonly files: ReadonlyMap<string, number>;
}

/** Turns a raw recording into the form that the lab replays: `incident/` for the operator, `script.json` for the lab. */
export async function importRecording(fromDir: string, outDir: string, options: ImportOptions = {}): Promise<Result<ImportSummary>> {
  const meta = readRawMeta(fromDir);
  if (!meta.ok) return meta;
  const metrics = readRawText(fromDir, 'metrics.jsonl');
  if (metrics === undefined) return failed('LAB_NOT_A_RECORDING', `${fromDir} holds no metrics.jsonl`, 'name the folder of one raw recording');
  if (existsSync(outDir) && !options.force) return failed('LAB_IMPORT_EXISTS', `${outDir} exists already`, 'import elsewhere with --out, or replace it with --force');
  const script = scriptOf(meta.value, options.untilMs);
  const kept = script.endMs < meta.value.endMs ? cutMetrics([metrics], script.endMs) : metrics;
  const files = await incidentFilesOf(fromDir, { metrics: kept, script, inventory: inventoryOf(meta.value), quality: options.quality ?? 11 });
  files.set('script.json', Buffer.from(`${JSON.stringify(script, null, 2)}\n`));
  // Pressing takes half a minute; the earlier import stays whole until the new one is there.
  rmSync(join(outDir, incidentFolder), { recursive: true, force: true });
  for (const [name, bytes] of files) writeInto(outDir, name, bytes);
  return ok({ dir: outDir, script, files: new Map([...files].map(([name, bytes]) => [name, bytes.byteLength])) });
}

function scriptOf(meta: RawMeta, untilMs: number | undefined): Script {
  const { injectMs, revertMs } = meta.fault && meta.fault.kind !== 'none' ? meta.fault : {};
  return {
    schema: 'lab.recording/v1',
    subject: meta.subject,
    startMs: meta.startMs,
    endMs: Math.min(meta.endMs, untilMs === undefined ? Infinity : meta.startMs + untilMs),
    ...(injectMs !== undefined && { injectMs }),
    ...(revertMs !== undefined && { revertMs }),
    source: meta.recording,
  };
}

interface Parts {
  readonly metrics: string;
  readonly script: Script;
  readonly inventory: readonly InventoryNode[];
  readonly quality: number;
}

async function incidentFilesOf(fromDir: string, { metrics, script, inventory, quality }: Parts): Promise<Map<string, Uint8Array>> {
  const texts = new Map<string, string>([[incidentFile.metrics, metrics]]);
  const metadata = readRawText(fromDir, 'metadata.json');
  if (metadata !== undefined) texts.set(incidentFile.metadata, metadata);
  texts.set(incidentFile.control, controlText(readRawText(fromDir, 'control.jsonl') ?? '', inventory, script.endMs));
  for (const { node } of inventory) {
    const logs = logNamesOf(fromDir, node).map((name) => readRawText(fromDir, name) ?? '');
    if (logs.length > 0) texts.set(incidentFile.log(node), mergeLogs(logs, script.endMs));
  }
  const files = new Map<string, Uint8Array>();
  for (const [name, text] of texts) files.set(`${incidentFolder}/${name}${pressedEnding}`, await press(text, { quality }));
  files.set(`${incidentFolder}/${incidentFile.inventory}`, Buffer.from(`${JSON.stringify(inventory, null, 2)}\n`));
  return files;
}

function writeInto(outDir: string, name: string, bytes: Uint8Array): void {
  const path = join(outDir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
