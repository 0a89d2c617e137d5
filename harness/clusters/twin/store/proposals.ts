import { meanMs } from '../metrics/shape.ts';
import { commitShape, type CommitLoad, type StoreLoad } from './pipeline.ts';
import type { Store } from './store.ts';
import { turnsOf } from './turns-of.ts';

/** How writes are spread over regions: so many of them, their part of all writes, and that of the busiest one, 0 to 1. */
export interface Writers {
  readonly regions: number;
  readonly share: number;
  readonly topShare: number;
}

const topPartOf = ({ share, topShare }: Writers): number => (share === 0 ? 0 : topShare / share);

/** Two fifths of `raft-entry-max-size`: a batch that is larger waits no longer. */
const batchBytesMax = 0.4 * 8 * 2 ** 20;
/** While fewer than a tenth of a write comes during a wait, one in two hundred at the most would join another: none does. */
const rare = 0.1;

/**
 * A leader proposes what waits in a region as one entry, and nothing more until that entry is on its own disk or committed
 * (`raftstore.cmd-batch` with one ready under way). With `a` commands a second and a wait of `P` that makes `a / (aP + e^(-aP))` entries a second, the
 * formula of group commit: recorded were 540 entries for 597 commands a second (tikv-hot-write; P = 0.8 ms). The busiest region is reckoned by itself,
 * the others as if all were alike.
 */
export function entriesOf(writes: number, { writers, waitMs, spanSeconds, bytesEach }: { readonly writers: Writers; readonly waitMs: number; readonly spanSeconds: number; readonly bytesEach: number }): number {
  const perSecond = writes / spanSeconds;
  const of = (each: number): number => Math.max(turnsOf(each, waitMs / 1_000), (each * bytesEach) / batchBytesMax);
  const top = perSecond * topPartOf(writers);
  const others = writers.regions - 1;
  return Math.min(writes, spanSeconds * (of(top) + (others > 0 ? others * of((perSecond - top) / others) : 0)));
}

/** Turns a tick's writes into entries; what is no whole entry in one group counts in the next. */
export function propose(store: Store, load: StoreLoad, context: { readonly spanSeconds: number; readonly replicas: number; readonly storeOf: (id: number) => Store | undefined }): void {
  load.entries = 0;
  let over = 0;
  const ownMs = meanMs(store.queue.persist);
  for (const commits of load.commits.values()) {
    const { writers, writes } = commits;
    const meet = writers ? ((writes / context.spanSeconds) * topPartOf(writers) * ownMs) / 1_000 : 0;
    if (!writers || writes <= 1 || meet < rare) commits.entries = writes;
    else {
      const waitMs = Math.min(ownMs, committedMs(store, commits, context));
      const exact = entriesOf(writes, { writers, waitMs, spanSeconds: context.spanSeconds, bytesEach: load.valueBytes }) + over;
      commits.entries = Math.min(writes, Math.max(1, Math.round(exact)));
      over = exact - commits.entries;
    }
    load.entries += commits.entries;
  }
}

function committedMs(store: Store, { followerIds }: CommitLoad, { replicas, storeOf }: { readonly replicas: number; readonly storeOf: (id: number) => Store | undefined }): number {
  const followers = followerIds.flatMap((id) => storeOf(id) ?? []);
  const shape = commitShape(store, followers, Math.min(replicas, 2 * followers.length + 1));
  return shape ? meanMs(shape) : Infinity;
}
