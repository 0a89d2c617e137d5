import { writtenBytesEach } from '../clients/values.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { checkedLine, checkLine } from './split-lines.ts';

const mib = 2 ** 20;
/** `region-split-check-diff`: a sixteenth of the size at which regions are cut must have been written since the last look. */
const diffShare = 1 / 16;

/**
 * A leader takes a region for as large as what of it lies in the tree: in a memtable that is each write, also of keys that were
 * written before. A region that gets most of a store's writes seems too large shortly before each flush; then its keys are read,
 * and it is not (recordings/tikv-hot-write: 27 MB that were 2.5, once for each memtable of 32 MB).
 */
export function checkSizes(world: World, store: Store, spanSeconds: number): void {
  const { regionMaxBytes: maxBytes, regionSplitBytes } = store.settings;
  const { memtableBytes } = store.levels;
  const { led, held, largestMib } = world.index.of(store.id);
  if (memtableBytes === 0 || !store.serving || largestMib * mib + memtableBytes <= maxBytes) return;
  const written = held.items.reduce((sum, region) => sum + world.traffic.writesPerSecond(region), 0);
  const leastWrites = (regionSplitBytes * diffShare) / (writtenBytesEach(world.traffic.load) * spanSeconds);
  for (const region of led.items) {
    const writes = world.traffic.writesPerSecond(region);
    if (writes === 0 || writes < leastWrites) continue;
    const trueBytes = region.sizeMib * mib;
    const sizeBytes = trueBytes + (memtableBytes * writes) / written;
    if (sizeBytes > maxBytes && trueBytes <= maxBytes) store.logAll([checkLine(region, { sizeBytes, maxBytes }), checkedLine(region)]);
  }
}
