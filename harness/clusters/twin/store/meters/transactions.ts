import { apiOf, entryOverheadBytes } from '../../clients/values.ts';
import { boundsOf } from '../../metrics/facts.ts';
import type { Counter } from '../../metrics/instruments.ts';
import { spreadOf } from '../../metrics/shape.ts';
import type { Work } from '../../metrics/work.ts';
import type { World } from '../../world.ts';
import { requestNames } from '../metrics.ts';
import type { Store } from '../store.ts';
import { putsUnderWay } from './under-way.ts';
import { driver } from './work.ts';

/** How long a get looks for locks in memory (page of recordings/tikv-evict-leader). */
const lockLook = { fixedMs: 0, medianMs: 0.001, spread: spreadOf(0.7) } as const;

/** What the scheduler shows of transactions' commands: keys, the scans that look for locks and newer versions, its memory. Raw commands do not come by here. */
export function countTransactions(world: World, store: Store, work: Work): void {
  const { registry } = store.metrics;
  const usesTransactions = apiOf(world.traffic.load) === 'txn';
  registry.gauge('tikv_scheduler_memory_quota_size', { type: 'in_use' }, () => (usesTransactions ? Math.floor(putsUnderWay(store)) * (store.served.valueBytes + entryOverheadBytes) : 0));
  if (!usesTransactions) return;
  const { get, put } = { get: requestNames.txn.get.command, put: requestNames.txn.put.command };
  const histogram = (family: string, labels: Readonly<Record<string, string>>) => registry.histogram(family, boundsOf(family), labels);
  const looks = histogram('tikv_storage_check_mem_lock_duration_seconds', { result: 'unlocked', type: get });
  const keys = histogram('tikv_scheduler_kv_command_key_write', { type: put });
  const scans = { get: scansOf(store, get), put: scansOf(store, put) };
  const came = { gets: work.tally(driver.read), puts: work.tally(driver.put) };
  registry.beforeWrite(() => {
    const [gets, puts] = [came.gets(), came.puts()];
    if (gets > 0) looks.observeShape(lockLook, gets);
    if (puts > 0) keys.observe(1, puts);
    for (const counter of scans.get) counter.add(gets);
    for (const counter of scans.put) counter.add(puts);
  });
}

/** Of each key a command asks once for a lock and seeks once the newest version. */
const scansOf = ({ metrics: { registry } }: Store, req: string): readonly Counter[] =>
  ([['lock', 'get'], ['write', 'seek']] as const).map(([cf, tag]) => registry.counter('tikv_scheduler_kv_scan_details', { cf, req, tag }));
