import { Network } from './network.ts';

/** A tick of a store, as far as its machine's devices feel it. */
export interface HostWork {
  readonly reads: number;
  readonly puts: number;
  readonly entries: number;
  /** Entries that it sends to followers, one for each of them. */
  readonly copies: number;
  readonly turns: number;
  /** Bytes of one written value, and of one that is read. */
  readonly valueBytes: number;
  readonly readBytes: number;
}

/**
 * Measured on machines with one store each (recordings/tikv-baseline, hot-read, hot-write, disk-slow, evict-leader): packets and
 * bytes for each read, put, entry and turn of the log writer; device writes and flushes for each turn.
 */
const packetsIn = { read: 1.14, put: 0.885, turn: 1.99 } as const;
const packetsOut = { read: 0.893, put: 1.02, turn: 1.92 } as const;
const envelopeBytes = { in: 130, out: 115 } as const;
const writesPerTurn = 2.06;
const flushesPerTurn = 1.05;
/** Of the time that the device is busy, a third is flushing. */
export const flushingShare = 0.33;
/** A free link of one rack loses one segment in ten thousand. */
const usualLoss = 0.0001;

const unimpaired = new Network();

/** What the kernel counts of a machine's network and disk. */
export class HostTraffic {
  received = { packets: 0, bytes: 0 };
  sent = { packets: 0, bytes: 0 };
  retransmitted = 0;
  deviceWrites = 0;
  deviceFlushes = 0;

  /** Books a tick; what the machine sends over a lossy link, it sends again. */
  book(network: Network, { reads, puts, entries, copies, turns, valueBytes, readBytes }: HostWork): void {
    const out = reads * packetsOut.read + puts * packetsOut.put + turns * packetsOut.turn;
    this.received.packets += reads * packetsIn.read + puts * packetsIn.put + turns * packetsIn.turn;
    this.received.bytes += reads * envelopeBytes.in + entries * (valueBytes + envelopeBytes.in);
    this.sent.packets += out;
    this.sent.bytes += reads * (readBytes + envelopeBytes.out) + copies * (valueBytes + envelopeBytes.out);
    this.retransmitted += out * (usualLoss + (network.impaired ? network.roundTripTo(unimpaired).lostShare : 0));
    this.deviceWrites += turns * writesPerTurn;
    this.deviceFlushes += turns * flushesPerTurn;
  }
}
