import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { World } from '../world.ts';
import { clusterVersionLine, firstReadyLines } from './first-lines.ts';
import { watchedLines } from './pd-client-lines.ts';
import { storeHeartbeatMs } from './rounds.ts';
import type { Store } from './store.ts';

/** Measured: 1.5 s from the start to `TiKV is ready to serve`, most of it reading the raft log and opening RocksDB; a tenth of a second where both are empty (recordings/tikv-region-imbalance). */
export const bootMs = (empty: boolean): Millis => (empty ? 130 : 1_450);

/** What lies on a store's disk, and how much of it is its raft log. */
interface Content {
  readonly usedBytes: number;
  readonly raftBytes: number;
}

/** Measured in recordings/tikv-region-imbalance: what a store that has no region yet says that it uses. */
const nothing: Content = { usedBytes: 331_358_208, raftBytes: 268_435_456 };
const settledRaftBytes = 403_000_000;

/** An empty disk, or one that has been written to for hours. */
export const diskOf = (empty: boolean, random: Random): Content => (empty ? nothing : { usedBytes: Math.round(random.between(3.2, 3.6) * 2 ** 30), raftBytes: settledRaftBytes });

/** What a store does once in its life, when it is ready for the first time: it says so in full, and ten seconds later PD's first answer tells it the cluster's version. */
export function beginLife(world: World, store: Store): void {
  store.isNew = false;
  store.logAll(firstReadyLines(store, [...world.pd.stores.keys()].sort((a, b) => a - b)));
  world.pd.members.serving?.logAll(watchedLines);
  store.process.after(storeHeartbeatMs + 5, () => store.reachesPd && store.log(clusterVersionLine(world.pd.clusterVersion.current)));
}
