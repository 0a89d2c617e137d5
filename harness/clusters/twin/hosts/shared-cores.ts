import type { Millis } from '../../../../src/kernel/clock.ts';
import type { ClusterSpec } from '../../contract.ts';
import { exponentialWait, type Wait } from '../metrics/waits.ts';
import type { Cpu } from './cpu.ts';

/** As near to full as programs that share a machine bring it before what they ask for is held back. */
const fullShare = 0.98;

/**
 * The recorded nodes' disks were files in the machine's memory, each behind a device of its own (`loop`), so what a synchronous write does is done by kernel threads:
 * one after the other for two writes and a flush. Its median hardly changed, 0.13 to 0.16 ms and 0.23 on the full machine, while its 99th percentile rose from 1.5 ms
 * to 150 and more, for PD's members, that write 8 KB a second, as for the stores: it is a core that some of them wait for (recordings/tikv-write-overload). These numbers
 * were chosen by the means, medians and 99th percentiles recorded at rest, beside hot writes and hot reads (0.2 and 0.3 to 0.45 ms on average, where both cores are busy
 * for six sevenths of the time) and on the full machine.
 */
const sync = {
  /** What others have under way on a core, for the three times that it needs one. */
  aheadMs: 0.2,
  /** Who slept goes before those that worked, and is held back as this power of the utilisation. */
  heldBack: 6,
  /** What short bursts of others cost besides, where both cores are busy. */
  burstsMs: 0.2,
  /** The most, on average: on a machine that is asked for more than it has each of those that wait gets its turn. */
  fullMs: 30,
  /** Half of them wait where all cores are always busy, and fewer by the cube of the utilisation. */
  waitingShare: 0.5,
} as const;

/**
 * CPU seconds that clients, which run there too, take for a request and for a byte of a value. Assumed, as for a program in Go that speaks gRPC: with them four overloaded
 * stores get the 1.3 cores that they got, of 2 (recordings/tikv-write-overload).
 */
const client = { requestSeconds: 80e-6, byteSeconds: 3e-9 } as const;

/** A machine on which several nodes run, and what else does: the recorded clusters had only one. */
export class SharedCores {
  readonly cores: number;
  /** How long a synchronous write to a disk in its memory takes that waits for nothing. */
  readonly syncMs: Millis;
  readonly #othersCores: number;
  #clientCores = 0;
  readonly #members: Cpu[] = [];

  /** `othersCores` is what programs take that are no node. */
  constructor({ cores, othersCores, syncMs }: NonNullable<ClusterSpec['machine']>) {
    this.cores = cores;
    this.syncMs = syncMs;
    this.#othersCores = othersCores;
  }

  /** Clients send so much from now on. */
  clientsSend({ requestsPerSecond, bytesPerSecond }: { readonly requestsPerSecond: number; readonly bytesPerSecond: number }): void {
    this.#clientCores = requestsPerSecond * client.requestSeconds + bytesPerSecond * client.byteSeconds;
  }

  join(cpu: Cpu): void {
    this.#members.push(cpu);
  }

  /** The cores that one may use. A fair scheduler gives all who want more the same, and to the others what they want. */
  leftFor(cpu: Cpu): number {
    const wants = [this.#othersCores, this.#clientCores, ...this.#members.flatMap((other) => (other === cpu ? [] : [other.wanted]))].sort((a, b) => a - b);
    let left = this.cores;
    for (const [at, wanted] of wants.entries()) {
      const share = left / (wants.length - at + 1);
      if (wanted > share) return share;
      left -= wanted;
    }
    return left;
  }

  /** By how much work between two waits is stretched: a thread waits only where all cores are busy. */
  get stretch(): number {
    return 1 / (1 - Math.min(fullShare, this.#busy) ** this.cores);
  }

  /** What some of the synchronous writes to a disk in its memory wait for, with an exponential law. */
  get syncWait(): Wait | undefined {
    const busy = Math.min(1, this.#busy);
    if (busy === 0) return undefined;
    const share = busy ** 3 * sync.waitingShare;
    const held = busy ** sync.heldBack;
    const meanMs: Millis = Math.min(sync.fullMs, sync.burstsMs * busy ** this.cores + (sync.aheadMs * held) / Math.max(1e-9, 1 - held)) / share;
    return exponentialWait(share, meanMs);
  }

  get #busy(): number {
    return this.#members.reduce((sum, { wanted }) => sum + wanted, this.#othersCores + this.#clientCores) / this.cores;
  }
}
