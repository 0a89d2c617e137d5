import { canonicalJson } from '../../src/kernel/json.ts';
import type { InventoryNode } from '../../src/ports/ports.ts';
import type { LogStore } from './log-store.ts';
import { pack, packedEnding } from './packing.ts';
import { encodeMetrics } from './snapshot.ts';
import type { MetricStore } from './store.ts';

/** Everything that an operator may read of a cluster, as the files of a bundle's `incident/`: file name to bytes. */
export function exportIncident(from: { readonly metrics: MetricStore; readonly logs: LogStore; readonly inventory: readonly InventoryNode[] }): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([
    ['inventory.json', Buffer.from(`${canonicalJson(from.inventory, 2)}\n`)],
    [`metrics.jsonl${packedEnding}`, encodeMetrics(from.metrics)],
  ]);
  const texts = from.logs.export();
  for (const { node } of from.inventory) files.set(`logs/${node}.log${packedEnding}`, pack(texts.get(node) ?? ''));
  return files;
}
