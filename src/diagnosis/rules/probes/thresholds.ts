import type { ComponentRef } from '../../../subjects/contract.ts';
import { median, round } from '../../tools/baseline.ts';
import type { Investigation, Row } from '../investigation.ts';
import type { Sign } from '../signs.ts';

/** One number per node that is a sign from a limit on. */
interface Threshold {
  readonly sign: Sign;
  readonly what: string;
  readonly promql: string;
  /** The sign is there from this value on, whatever it was before. */
  readonly atLeast: number;
  /** And at least so many times its quiet median, and its peers' median now. */
  readonly factor?: number;
  readonly by?: 'instance' | 'target';
}

/**
 * Limits are those of the programs themselves: flow control begins at 20 files on level 0, shows a ratio as ten million to one, a network probe between
 * stores takes well under 50 ms, a member that uses nearly all the cores that it may use is full.
 */
const thresholds: readonly Threshold[] = [
  { sign: 'writes-throttled', what: 'how far flow control or the engine holds its writes back (1: all of them, or to a speed)', promql: 'sum by (instance) (tikv_scheduler_discard_ratio) / 1e7 + sum by (instance) (tikv_scheduler_throttle_flow > bool 0) + sum by (instance) (rate(tikv_engine_stall_micro_seconds{db="kv"}[1m])) / 1e6', atLeast: 0.01 },
  { sign: 'level-0-full', what: 'files on level 0', promql: 'max by (instance) (tikv_engine_num_files_at_level{db="kv",level="0"})', atLeast: 15, factor: 2 },
  { sign: 'network-probe-slow', what: 'p99 of network probes towards it in seconds', promql: 'histogram_quantile(0.99, sum by (target, le) (rate(tikv_raftstore_inspect_network_duration_seconds_bucket[1m])))', atLeast: 0.05, factor: 3, by: 'target' },
  { sign: 'member-cpu-full', what: 'share of its cores in use', promql: 'sum by (instance) (rate(process_cpu_seconds_total{job="pd"}[30s])) / sum by (instance) (pd_service_maxprocs)', atLeast: 0.85, factor: 2 },
  { sign: 'read-pool-full', what: 'tasks in its read pool', promql: 'sum by (instance) (tikv_unified_read_pool_running_tasks)', atLeast: 50, factor: 3 },
  { sign: 'clock-set-back', what: 'jumps of its clock counted since it started', promql: 'pd_monitor_time_jump_back_total', atLeast: 1, factor: 1 },
];

/** Numbers that mean something from a known limit on. */
export async function probeThresholds(investigation: Investigation): Promise<void> {
  for (const threshold of thresholds) {
    const rows = (await investigation.compare(threshold.promql, threshold.by)).filter((row) => row.now !== null);
    for (const row of rows) {
      const component = threshold.by === 'target' ? investigation.storeWithId(row.node) : row.node;
      if (component !== undefined) note(investigation, threshold, { component, row, peers: rows.filter((other) => other !== row) });
    }
  }
  await noteSyncs(investigation, { promql: 'sum by (instance) (rate(raft_engine_sync_log_duration_seconds_count[30s]))', leastPerSecond: 1 });
  await noteSyncs(investigation, { promql: 'sum by (instance) (rate(etcd_disk_wal_fsync_duration_seconds_count{job="pd"}[30s]))', leastPerSecond: 0.15 });
  await noteStalls(investigation);
  await noteLeaders(investigation);
  await notePlacement(investigation);
}

function note(investigation: Investigation, { sign, what, atLeast, factor = 0 }: Threshold, { component, row, peers }: { component: ComponentRef; row: Row; peers: readonly Row[] }): void {
  const others = peers.length === 0 ? 0 : median(peers.map((peer) => peer.now ?? 0));
  // A counter that stood above the limit in quiet time already is old news.
  const limit = round(Math.max(atLeast, factor * (row.quiet?.median ?? 0), factor * others, sign === 'clock-set-back' ? (row.quiet?.max ?? 0) + 1 : 0));
  const value = row.now ?? 0;
  const present = value >= limit;
  investigation.note({
    sign, component, present, claim: `${what} of ${component}: ${value}, ${row.quiet ? row.quiet.median : 'unknown'} in quiet time`,
    citation: row.at('now', { op: present ? 'ge' : 'lt', value: limit }), ...(present && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

/** A disk that completes nothing gives no slow samples: it gives none, while the same work goes on elsewhere. */
async function noteSyncs(investigation: Investigation, { promql, leastPerSecond }: { readonly promql: string; readonly leastPerSecond: number }): Promise<void> {
  const rows = await investigation.compare(promql);
  // Whoever holds no region any more has nothing to write.
  const empty = (await investigation.compare('sum by (instance) (tikv_raftstore_region_count{type="region"})')).filter((row) => row.now === 0).map((row) => row.node);
  const goesOn = (row: Row): boolean => row.now !== null && row.quiet !== null && row.now >= row.quiet.median / 4;
  for (const row of rows) {
    if (row.now === null || !row.quiet || row.quiet.median < leastPerSecond) continue;
    // One late sample in twenty seconds is a slow disk; a hung one completes none.
    const limit = round(Math.min(row.quiet.median * 0.02, 0.05));
    const stopped = row.now <= limit && !empty.includes(row.node) && rows.some((other) => other !== row && goesOn(other));
    investigation.note({
      sign: 'sync-stopped', component: row.node, present: stopped, claim: `${row.node} completes ${row.now} syncs of its raft log a second, ${row.quiet.median} in quiet time`,
      citation: row.at('now', { op: row.now <= limit ? 'le' : 'gt', value: limit }), ...(stopped && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
    });
  }
}

/** Once may be a pause of the whole process; a disk that stops again and again leaves a line each time. */
const stallsAtLeast = 3;

/** A writer that was stuck says so when it goes on: medians and most percentiles do not show what happens once in a thousand syncs. */
async function noteStalls(investigation: Investigation): Promise<void> {
  const { lines, looked } = await investigation.logMentions('async write too slow');
  for (const { id } of investigation.nodes('tikv')) {
    const own = lines.filter((line) => line.node === id && line.atMs >= investigation.assignment.quiet.toMs);
    const [first, last] = [own[0], own.at(-1)];
    if (first && last && own.length >= stallsAtLeast) investigation.note({ sign: 'writer-stuck-again', component: id, present: true, claim: `${id} logged ${own.length} times that a write to its log took a second or more`, citation: last.says('async write too slow'), sinceMs: first.atMs });
    else if (looked) investigation.note({ sign: 'writer-stuck-again', component: id, present: false, claim: `${id} did not log again and again that a write to its log took a second`, citation: looked });
  }
}

/** Regions without a majority have no leader on any store that lives, whatever the control plane still lists. */
async function noteLeaders(investigation: Investigation): Promise<void> {
  const lost = investigation.nodes('tikv').flatMap(({ id }) => (['called-disconnected', 'scrape-fails'] as const).map((sign) => investigation.findings.about(sign, id)).find((finding) => finding?.present) ?? []);
  // Whoever heartbeats is only unseen, and whatever it leads is not counted.
  const down = lost.filter(({ component }) => !investigation.findings.has('heartbeats-go-on', component));
  const [, second] = down;
  const stores = investigation.nodes('tikv').length;
  if (second) investigation.note({ ...second, sign: 'two-stores-gone', component: 'cluster', claim: `${down.length} of ${stores} stores are gone, ${second.component} among them`, ...sinceOf(down.map((finding) => finding.sinceMs)) });
  if (down.length < lost.length) return;
  const [row] = await investigation.compare('sum(tikv_raftstore_region_count{type="leader"})');
  if (!row || row.now === null || !row.quiet || row.quiet.median < 5) return;
  const limit = round(row.quiet.median * 0.8 * (await regionsLeft(investigation)));
  const missing = row.now < limit;
  investigation.note({
    sign: 'regions-leaderless', component: 'cluster', present: missing, claim: `stores that answer lead ${row.now} regions in all, ${row.quiet.median} in quiet time`,
    citation: row.at('now', { op: missing ? 'lt' : 'ge', value: limit }), ...(missing && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

/** The part of the regions that there were which there still are: those that were merged have no leader because they are no more. */
async function regionsLeft(investigation: Investigation): Promise<number> {
  const [row] = await investigation.compare('sum(pd_cluster_status{type="region_count"})');
  return row && row.now !== null && row.quiet && row.quiet.median > 0 ? Math.min(1, row.now / row.quiet.median) : 1;
}

const sinceOf = (instants: readonly (number | undefined)[]): { readonly sinceMs?: number } => {
  const known = instants.filter((each) => each !== undefined);
  return known.length === 0 ? {} : { sinceMs: Math.max(...known) };
};

/** The checker looks for a store and finds none that a rule would take. */
async function notePlacement(investigation: Investigation): Promise<void> {
  const [row] = await investigation.compare('sum(rate(pd_checker_event_count{type="rule_checker",name=~"no-store-add|no-store-replace"}[1m]))');
  if (row && row.now !== null) {
    // The median, since a store that cannot leave is noticed minutes later, when the quiet time has already seen it.
    const limit = round(Math.max(0.05, 2 * (row.quiet?.median ?? 0)));
    const present = row.now >= limit;
    investigation.note({ sign: 'no-store-fits', component: 'cluster', present, claim: `the rule checker finds no fitting store ${row.now} times a second`, citation: row.at('now', { op: present ? 'ge' : 'lt', value: limit }), ...(present && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
  }
  const [missing] = await investigation.compare('max(pd_regions_status{type="miss-peer-region-count"})');
  if (!missing || missing.now === null) return;
  investigation.note({ sign: 'replicas-missing', component: 'cluster', present: missing.now > 0, claim: `${missing.now} regions lack a replica that the rules ask for`, citation: missing.at('now', { op: 'eq', value: missing.now }), ...(missing.now > 0 && missing.leftBandAtMs !== null && { sinceMs: missing.leftBandAtMs }) });
}
