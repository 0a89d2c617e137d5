import { assert } from '../../../../src/kernel/assert.ts';

/** Entries of one term: from this index up to where the next stretch begins. */
interface Stretch {
  readonly term: number;
  readonly from: number;
}

/** What one replica keeps on its store's disk: it outlives the process. */
export interface ReplicaLog {
  /** Ascending; replaced as a whole, so that replicas can share it. */
  stretches: readonly Stretch[];
  /** Index of the last entry that it received, and of the last one that is on disk. */
  last: number;
  persisted: number;
  /** The highest term that it has seen, and whom it voted for in that term. */
  term: number;
  vote: number | null;
}

/** Older stretches are what a real log has compacted away. */
const stretchesMax = 12;

/**
 * A group's log, copy by copy, as far as Raft's promises are about it: which replica has entries up to where, of which terms,
 * and how far they are committed. What the entries say is not kept, so a million of them cost as much as one.
 */
export class ReplicatedLog {
  readonly #replicas = new Map<number, ReplicaLog>();
  /** The last entry that was acknowledged to clients. */
  #committed: { readonly index: number; readonly term: number };

  constructor(storeIds: readonly number[], { term, index }: { readonly term: number; readonly index: number }) {
    this.#committed = { index, term };
    for (const id of storeIds) this.#replicas.set(id, { stretches: [{ term, from: 0 }], last: index, persisted: index, term, vote: null });
  }

  get committed(): { readonly index: number; readonly term: number } {
    return this.#committed;
  }

  get storeIds(): number[] {
    return [...this.#replicas.keys()];
  }

  /** The copy on a store; a replica that is new there begins with nothing. */
  on(storeId: number): ReplicaLog {
    let replica = this.#replicas.get(storeId);
    if (!replica) this.#replicas.set(storeId, (replica = { stretches: [], last: 0, persisted: 0, term: 0, vote: null }));
    return replica;
  }

  /** A replica is gone for good, with its disk or out of the group. */
  drop(storeId: number): void {
    this.#replicas.delete(storeId);
  }

  /** A leader takes so many proposals. */
  append(leaderId: number, entries: number): void {
    if (entries === 0) return;
    const leader = this.on(leaderId);
    if (leader.stretches.at(-1)?.term !== leader.term) leader.stretches = [...leader.stretches, { term: leader.term, from: leader.last + 1 }].slice(-stretchesMax);
    leader.last += entries;
  }

  /** A follower gets what its leader has up to an index; what it had beside that is overwritten. */
  replicate(leaderId: number, followerId: number, upTo = this.on(leaderId).last): void {
    const [leader, follower] = [this.on(leaderId), this.on(followerId)];
    const shared = sharedPrefix(leader, follower);
    if (upTo <= shared && follower.last === shared) return;
    const last = Math.max(shared, Math.min(upTo, leader.last));
    follower.stretches = within(leader.stretches, last);
    follower.last = last;
    follower.persisted = Math.min(Math.max(follower.persisted, shared), last);
    follower.term = Math.max(follower.term, leader.term);
  }

  /** A replica's disk has all but the last so many entries of its copy. */
  persist(storeId: number, behind = 0): void {
    const replica = this.on(storeId);
    replica.persisted = Math.max(replica.persisted, replica.last - behind);
  }

  /** A process is killed: what was not on its disk is gone. */
  crash(storeId: number): void {
    const replica = this.on(storeId);
    replica.last = replica.persisted;
    replica.stretches = within(replica.stretches, replica.last);
  }

  /** Commits what a quorum has on disk, as far as this leader may: only through entries of its own term. */
  commit(leaderId: number, isQuorum: (has: (storeId: number) => boolean) => boolean): void {
    const leader = this.on(leaderId);
    const held = new Map([...this.#replicas].map(([id, replica]) => [id, Math.min(replica.persisted, sharedPrefix(leader, replica))]));
    for (const index of [...held.values()].sort((a, b) => b - a)) {
      if (index <= this.#committed.index) return;
      if (this.termAt(leaderId, index) !== leader.term || !isQuorum((id) => (held.get(id) ?? 0) >= index)) continue;
      this.#committed = { index, term: leader.term };
      return;
    }
  }

  /** Raft's rule for a vote: the candidate's last entry is of a later term, or of the same and not before the voter's. */
  isUpToDate(candidateId: number, voterId: number): boolean {
    const [candidate, voter] = [this.on(candidateId), this.on(voterId)];
    const [term, own] = [this.termAt(candidateId, candidate.last), this.termAt(voterId, voter.last)];
    return term > own || (term === own && candidate.last >= voter.last);
  }

  /** An election is won: whoever voted has promised this term to nobody else. */
  elect(winnerId: number, voterIds: readonly number[], term: number): void {
    for (const id of [winnerId, ...voterIds]) {
      const replica = this.on(id);
      assert(replica.term < term || (replica.term === term && (replica.vote === null || replica.vote === winnerId)), `store ${id} votes once in term ${term}`);
      replica.term = term;
      replica.vote = winnerId;
    }
  }

  /** The term of an entry on a store; 0 where it has none at that index. */
  termAt(storeId: number, index: number): number {
    const { stretches, last } = this.on(storeId);
    return index > last ? 0 : (stretches.findLast(({ from }) => from <= index)?.term ?? stretches[0]?.term ?? 0);
  }

  /** Whether a copy holds everything that was acknowledged. */
  holdsCommitted(storeId: number): boolean {
    return this.termAt(storeId, this.#committed.index) === this.#committed.term;
  }

  /** By how many entries a copy is behind another. */
  lag(leaderId: number, followerId: number): number {
    return this.on(leaderId).last - sharedPrefix(this.on(leaderId), this.on(followerId));
  }
}

/** Up to which index two copies are the same: Raft's log matching, so two entries of one term at one index are one entry, and so is all before them. */
function sharedPrefix(a: ReplicaLog, b: ReplicaLog): number {
  const upTo = Math.min(a.last, b.last);
  if (a.stretches === b.stretches) return upTo;
  for (let at = a.stretches.length - 1; at >= 0; at--) {
    const mine = a.stretches[at] as Stretch;
    const other = b.stretches.findIndex(({ term }) => term === mine.term);
    if (other < 0) continue;
    const last = Math.min(upTo, endOf(a.stretches, at), endOf(b.stretches, other));
    if (last >= Math.max(mine.from, (b.stretches[other] as Stretch).from)) return last;
  }
  return 0;
}

const endOf = (stretches: readonly Stretch[], at: number): number => (stretches[at + 1]?.from ?? Infinity) - 1;

/** The stretches that begin no later than this; the same ones where all do, so that copies go on sharing them. */
const within = (stretches: readonly Stretch[], last: number): readonly Stretch[] => (stretches.every(({ from }) => from <= last) ? stretches : stretches.filter(({ from }) => from <= last));
