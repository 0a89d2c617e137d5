import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { pack, packedEnding } from '../../telemetry/packing.ts';
import type { IncidentFiles } from '../contract.ts';
import { once, sourceOf, type IncidentSource } from './incident-source.ts';
import { learnInventory } from './raw-inventory.ts';
import { logNamesOf, readRawText } from './raw-recording.ts';
import { controlText, mergeLogs } from './raw-texts.ts';
import { incidentFile } from './recording-form.ts';

/** Whether a folder looks like a raw recording: its metrics lie in it as text or gzip. */
export const isRawRecording = (dir: string): boolean => ['metrics.jsonl', 'metrics.jsonl.gz'].some((name) => existsSync(join(dir, name)));

/**
 * Opens a raw recording as an operator would see it, without an import. Metrics, control plane, logs and metadata are
 * all that is read: `meta.json`, the clients' own view and the digest hold the answer and are never opened.
 */
export function openRawSource(dir: string): Result<IncidentSource> {
  const unreadable = (what: string, error: unknown) => failed('LAB_NOT_A_RECORDING', `${what} of ${dir} cannot be read: ${(error as Error).message}`, 'name the folder of one raw recording');
  try {
    const metrics = readRawText(dir, 'metrics.jsonl');
    if (metrics === undefined) return failed('LAB_NOT_A_RECORDING', `${dir} holds no metrics.jsonl.gz`, 'name the folder of one raw recording');
    const control = readRawText(dir, 'control.jsonl') ?? '';
    const inventory = learnInventory({ metrics, control, logNames: logNamesIn(dir) });
    if (inventory.length === 0) return failed('LAB_NO_SUBJECT', `${dir} lists no store and no member of a control plane that the lab knows`, 'TiKV clusters with PD and etcd clusters can be read');
    const read = (name: string): string | undefined => {
      if (name === incidentFile.metrics) return metrics;
      if (name === incidentFile.metadata) return readRawText(dir, 'metadata.json');
      if (name === incidentFile.control) return controlText(control, inventory, Infinity);
      const node = inventory.find((each) => incidentFile.log(each.node) === name)?.node;
      const logs = node === undefined ? [] : logNamesOf(dir, node).map((file) => readRawText(dir, file) ?? '');
      return logs.length > 0 ? mergeLogs(logs, Infinity) : undefined;
    };
    return ok(sourceOf({ inventory, read, metrics: () => [metrics], files: once(() => packAll(inventory, read)) }));
  } catch (error) {
    return unreadable('a file', error);
  }
}

function logNamesIn(dir: string): string[] {
  const folder = join(dir, 'logs');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return [...new Set(names.map((name) => name.replace(/(\.stderr)?\.log(\.gz)?$/, '')))];
}

/** The files of an incident, packed quickly since they are kept once and read once. */
function packAll(inventory: IncidentSource['inventory'], read: (name: string) => string | undefined): IncidentFiles {
  const names = [incidentFile.metrics, incidentFile.metadata, incidentFile.control, ...inventory.map(({ node }) => incidentFile.log(node))];
  const files = names.flatMap((name): [string, Uint8Array][] => {
    const text = read(name);
    return text === undefined ? [] : [[`${name}${packedEnding}`, pack(text)]];
  });
  return new Map([...files, [incidentFile.inventory, Buffer.from(`${JSON.stringify(inventory, null, 2)}\n`)] as const].sort(([a], [b]) => (a < b ? -1 : 1)));
}
