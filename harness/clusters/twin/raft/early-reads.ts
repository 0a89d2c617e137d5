import type { Random } from '../../../../src/kernel/random.ts';
import { retriesPerSecond } from '../clients/waiting-room.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { earlyReadLine } from './log-lines.ts';
import type { Region } from './region.ts';
import { peerIn } from './votes.ts';

/** Between its victory and its first entry's commit a leader serves no reads; 51 ms in recordings/tikv-store-kill. */
const firstEntryMs = 50;

/** Reads that come to a new leader before it has committed anything are dropped, and it says so for each; clients ask again. */
export function dropEarlyReads(world: World, { region, winner, random }: { readonly region: Region; readonly winner: Store; readonly random: Random }): void {
  // Whoever waits asks one replica after the other.
  const due = (world.traffic.waiting.of(region).reads * retriesPerSecond * firstEntryMs) / 1_000 / region.peers.length;
  const early = Math.floor(due) + (random.chance(due % 1) ? 1 : 0);
  for (let i = 0; i < early; i++) winner.process.after(random.between(5, firstEntryMs), () => region.leader === winner.id && winner.log(earlyReadLine(region, peerIn(region, winner))));
}
