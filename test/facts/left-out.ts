import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exported } from './exported.ts';
import { exportedFamilies } from './exported.ts';
import type { Facts } from './families.ts';
import { offFeatures } from './own.ts';
import { twinFolder } from './reference.ts';

/** Why the twin does not show what a real page shows: the first that fits. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^pd_schedule_source_filter$/, 'exported after its first event, which the life that this page was made from did not have'],
  [offFeatures, 'a feature that the recorded clusters had switched off'],
  [/^tikv_(config|query_region|read_qps|storage_mvcc|storage_rocksdb|resource)/, 'settings and inner books that no rule and no main panel reads'],
  [/^(go_|process_|promhttp_|os_)/, "the Go runtime's and the collector's inner books"],
  [/^etcd_(debugging|server_health|server_learner|server_go|server_id|server_version|cluster_version|snap|mvcc_hash|disk_backend_(defrag|snapshot)|disk_defrag)/, "etcd's identity, debugging and maintenance, of which the twin does nothing"],
  [/^pd_(service_audit|server_api_concurrency)/, "counts of who asked the API: the lab's own questions are not part of the incident"],
  [/snapshot|^tikv_raftstore_(clear_overlap|clean_region|peer_create)|^compaction_|^tikv_engine_(file_status|manifest|table_sync|compression|bytes_(de)?compressed|decompression|num_subcompaction)/, 'steps inside a snapshot or a compaction'],
  [/allocator|threads_io|thread_allocation|mem_trace/, 'memory and input by thread, which the model does not tell apart'],
  [/^(tikv_(lock|pessimistic|scheduler_(txn|contex|running|writing))|pd_affinity|tikv_coprocessor|tikv_lock_manager|tikv_resolved_ts_lock)/, 'transactions, of which the clients send none'],
  [/^pd_(scheduler_hot|hotcache|hotspot|schedule_labeler|regions_abnormal|cluster_(eta|progress|speed))/, 'steps inside a scheduler that the model takes at once'],
  [/^tikv_yatp_task/, 'turns that a task takes in its pool, of which the model knows one'],
  [/^node_/, 'counts of the kernel that no fault of the twin moves'],
];
const otherwise = 'nothing in the model causes it';

/** Families of the recorded pages that the twin leaves out, by reason. */
export function leftOut(facts: Facts, exported: ReadonlyMap<string, Exported>): Map<string, string[]> {
  const missing = Object.keys(facts.families).filter((name) => !exported.has(name));
  const grouped = Map.groupBy(missing, (name) => reasons.find(([pattern]) => pattern.test(name))?.[1] ?? otherwise);
  return new Map([...grouped].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The page `docs/twin-left-out.md`. */
export function leftOutText(facts: Facts, exported: ReadonlyMap<string, Exported>): string {
  const all = Object.keys(facts.families);
  const shown = all.filter((name) => exported.has(name)).length;
  const groups = [...leftOut(facts, exported)].map(([reason, names]) => `\n## ${reason[0]?.toUpperCase()}${reason.slice(1)}\n\n${names.map((name) => `\`${name}\``).join(', ')}\n`);
  return `# What the twin does not export\n\nWritten by \`npx node test/facts/left-out.ts\`; a test fails when a family is left out and not listed. Of the ${all.length} families that the recorded pages of TiKV, PD and the host exporter show, the twin exports ${shown}, with their\ntypes, help texts, label names and buckets. It leaves out the ${all.length - shown} below.\n${groups.join('')}`;
}

if (import.meta.main) {
  const { default: facts } = await import('../../harness/clusters/twin/metrics/families.json', { with: { type: 'json' } });
  writeFileSync(join(twinFolder, '..', '..', '..', 'docs', 'twin-left-out.md'), leftOutText(facts as unknown as Facts, await exportedFamilies()));
}
