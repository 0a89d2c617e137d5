import type { Random } from '../../../../src/kernel/random.ts';
import { entryOverheadBytes } from '../clients/values.ts';
import { spreads } from '../metrics/shape.ts';
import { peerOn } from '../raft/region.ts';
import type { World } from '../world.ts';
import type { Store } from './store.ts';

const refusal = { fixedMs: 0, medianMs: 0.3, spread: spreads.queue } as const;

/** A leader that is to propose entries beyond `raft-entry-max-size` refuses each of them, says so in its log, and no client tries again. */
export function refuseTooLarge(world: World, store: Store, { count, valueBytes, random }: { readonly count: number; readonly valueBytes: number; readonly random: Random }): void {
  const { led } = world.index.of(store.id);
  if (count === 0 || led.size === 0) return;
  store.metrics.grpc.put.observeShape(refusal, count);
  for (const counter of store.metrics.counters.refusedTooLarge) counter.add(count);
  for (let i = 0; i < count; i++) {
    const region = led.items[random.below(led.size)];
    if (region) store.log({
      level: 'ERROR', source: 'peer.rs:4708', message: 'entry is too large',
      fields: [['size', valueBytes + entryOverheadBytes], ['peer_id', peerOn(region, store.id)?.id ?? 0], ['region_id', region.id], ['thread_id', 87]],
    });
  }
}
