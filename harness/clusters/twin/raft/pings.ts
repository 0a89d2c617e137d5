import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Store } from '../store/store.ts';
import { lateAnswerLine } from './hand-over-lines.ts';
import { type Peer, peerOn, type Region } from './region.ts';

/** From one replica's thread to another's, mostly in their queues: measured over 358 hand-overs, whose messages took 1.3 to 4.4 ms on average. */
export const meanTravelMs: Millis = 3;

/** How long a raft message is on its way: an exponential wait for threads, half a round trip, and what is added to it. */
export function travelMs(random: Random, from: Store, to: Store): Millis {
  const { baseMs, addedMs } = from.host.network.roundTripTo(to.host.network);
  return (baseMs + addedMs) / 2 - meanTravelMs * Math.log(1 - random.unit());
}

/**
 * Before it asks its heir, a leader sends all of its group a heartbeat, so that they commit what they can (TiKV's `pre_transfer_leader`). Two messages later the
 * others have answered, four later the heir asks it for its vote: an answer that comes after that is of a term that is over. Of seven recorded hand-overs one had such an
 * answer.
 */
export function pingAll(region: Region, { leader, followers, random }: { readonly leader: Store; readonly followers: readonly Store[]; readonly random: Random }): void {
  const { term } = region;
  for (const follower of followers) {
    leader.metrics.sent.of('heartbeat').add(1);
    follower.process.after(travelMs(random, leader, follower), () => {
      const from = peerOn(region, follower.id);
      if (region.term !== term || !from || !follower.serving) return;
      follower.metrics.received.of(leader.id).add(1);
      follower.metrics.sent.of('heartbeat_resp').add(1);
      leader.process.after(travelMs(random, follower, leader), () => hear(region, leader, { from, term }));
    });
  }
}

function hear(region: Region, leader: Store, answer: { readonly from: Peer; readonly term: number }): void {
  const own = peerOn(region, leader.id);
  leader.metrics.received.of(answer.from.storeId).add(1);
  if (own && region.term > answer.term) leader.log(lateAnswerLine(region, own, answer));
}
