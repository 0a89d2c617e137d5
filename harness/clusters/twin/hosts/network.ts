import type { Millis } from '../../../../src/kernel/clock.ts';
import type { CutDirection, CutFrom, DialDirection } from '../../contract.ts';
import { bothOf, type Wait } from '../metrics/waits.ts';

/** A round trip between two hosts of one rack. */
const baseRoundTripMs: Millis = 0.3;
/** Linux' TCP_RTO_MIN: a segment that is lost is sent again after this, then after twice as long each time. */
const retransmitMs: Millis = 200;

/** (2^n - 1) x 200 ms of retransmission reach TCP's user time-out of 3 s at the fourth loss: the connection ends, and nobody waits longer for this segment. */
export const lossesToAbort = 4;

/** What packets that a host sends go through. */
export interface Impairment {
  readonly delayMs: Millis;
  /** 0 to 1. */
  readonly lossShare: number;
  /** This share of them comes so much later than the rest. */
  readonly sometimes?: { readonly share: number; readonly delayMs: Millis };
}

/** A message and its answer between two hosts. */
export interface RoundTrip {
  readonly baseMs: Millis;
  readonly addedMs: Millis;
  readonly wait: Wait | undefined;
  /** The part of round trips in which a packet is lost. */
  readonly lostShare: number;
}

const free: Impairment = { delayMs: 0, lossShare: 0 };
const freeRoundTrip: RoundTrip = { baseMs: baseRoundTripMs, addedMs: 0, lostShare: 0, wait: undefined };

/** A host's links: whom its packets reach, how late, and how many get lost. What is cut is dropped and nobody is told. */
export class Network {
  readonly #incoming = new Set<CutFrom>();
  readonly #outgoing = new Set<CutFrom>();
  #blockedDials: DialDirection | undefined;
  #impaired = free;

  /** Drops every packet between this host and these parts of the cluster in these directions, besides what was cut before. */
  cut(from: readonly CutFrom[], direction: CutDirection = 'both'): void {
    for (const part of from) {
      if (direction !== 'outgoing') this.#incoming.add(part);
      if (direction !== 'incoming') this.#outgoing.add(part);
    }
  }

  heal(): void {
    this.#incoming.clear();
    this.#outgoing.clear();
  }

  /** Whether nothing gets there and back: a connection needs both ways. */
  isCut(from: CutFrom): boolean {
    return this.#incoming.has(from) || this.#outgoing.has(from);
  }

  /** Connections with its peers that are dialled in this direction carry nothing; undefined opens them. */
  blockDials(direction: DialDirection | undefined): void {
    this.#blockedDials = direction;
  }

  dialsBlocked(direction: DialDirection): boolean {
    return this.#blockedDials === direction;
  }

  /** Everything that the host sends is late by so much, or lost; replaces an earlier impairment. */
  impair({ delayMs = 0, lossShare = 0, sometimes }: Partial<Impairment>): void {
    this.#impaired = { delayMs, lossShare, ...(sometimes && { sometimes }) };
  }

  restore(): void {
    this.#impaired = free;
  }

  /** The part of what it sends that gets lost. */
  get lossShare(): number {
    return this.#impaired.lossShare;
  }

  get impaired(): boolean {
    return this.#impaired !== free;
  }

  /** A message to another host and its answer: each way is impaired by its sender, as netem does it at the sender's device. */
  roundTripTo(other: Network): RoundTrip {
    const [there, back] = [this.#impaired, other.#impaired];
    if (there === free && back === free) return freeRoundTrip;
    const lostShare = 1 - (1 - there.lossShare) * (1 - back.lossShare);
    return { baseMs: baseRoundTripMs, addedMs: there.delayMs + back.delayMs, lostShare, wait: bothOf(bothOf(lateNowAndThen(there), lateNowAndThen(back)), retransmission(lostShare)) };
  }
}

/** Packets of one sender that are late now and then. */
function lateNowAndThen({ sometimes }: Impairment): Wait | undefined {
  if (sometimes === undefined || sometimes.share === 0) return undefined;
  const { share, delayMs } = sometimes;
  return { share, meanMs: delayMs, msAt: () => delayMs };
}

/** TCP sends again what was lost: with probability p^n a segment is lost n times and comes (2^n - 1) x 200 ms late. */
function retransmission(lostShare: number): Wait | undefined {
  if (lostShare === 0) return undefined;
  const lateMs = (losses: number): Millis => retransmitMs * (2 ** losses - 1);
  const msAt = (rank: number): Millis => {
    let losses = 1;
    for (let left = lostShare; losses < lossesToAbort && rank > 1 - left; left *= lostShare) losses++;
    return lateMs(losses);
  };
  return { share: lostShare, meanMs: lateMs(1) / (1 - Math.min(0.45, lostShare) * 2), msAt };
}
