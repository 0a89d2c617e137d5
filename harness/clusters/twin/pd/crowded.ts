import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { type Wait, waitedMs } from '../metrics/waits.ts';
import { arrivals } from '../noise.ts';
import type { World } from '../world.ts';
import { clockOffsetLine } from './etcd-disk.ts';
import { commits } from './etcd-reads.ts';
import type { PdServer } from './server.ts';
import { slowLoopLine, slowReadLines, slowWriteLine } from './slow-reads.ts';

/** From so much on etcd calls a request slow. */
const slowMs: Millis = 100;
/** Every member's etcd client reads a key of every endpoint each ten seconds; a member's own settings are read about as often. */
const readsPerSecond = 0.4;
/** PD's loop of its clock turns every 50 ms and says so where it is three turns late. */
const clockTurn = { everyMs: 50, warnMs: 150 } as const;
/** It waits for a core once, where a synchronous write waits three times and whoever reads or writes etcd more often still. */
const clockPart = 0.5;

/**
 * What a PD member says where it shares a machine that is asked for more than it has: a read of etcd asks the leader, which asks the others, and a write is
 * synchronous at two members, so both wait twice as a synchronous write does for a core.
 */
export class Crowded {
  readonly #world: World;
  readonly #server: PdServer;
  readonly #random: Random;

  constructor(world: World, server: PdServer) {
    this.#world = world;
    this.#server = server;
    this.#random = world.random.fork(`crowded-${server.name}`);
  }

  /** A second's turns, reads and writes, of which each may be late. */
  second(writes: number, { leads, index }: { readonly leads: boolean; readonly index: number }): void {
    const wait = this.#server.host.shared?.syncWait;
    // Where nobody waits for long, none of them is ever that late.
    if (!wait || wait.meanMs < slowMs / 20) return;
    if (leads) this.#turnClock(wait);
    if (!commits(this.#world.pd.members)) return;
    for (let left = arrivals(this.#random, readsPerSecond); left > 0; left--) this.#read(this.#twice(wait), index);
    if (leads) for (let left = arrivals(this.#random, writes); left > 0; left--) this.#write(this.#twice(wait), index);
  }

  #turnClock(wait: Wait): void {
    const turns = 1_000 / (clockTurn.everyMs + wait.share * wait.meanMs * clockPart);
    for (let turn = 0; turn < turns; turn++) {
      const lagMs = Math.round(clockTurn.everyMs + clockPart * waitedMs(wait, this.#random.unit()));
      if (lagMs >= clockTurn.warnMs) this.#server.log(clockOffsetLine(lagMs, this.#world.engine.nowMs));
    }
  }

  #read(tookMs: Millis, index: number): void {
    if (tookMs < slowMs) return;
    const clients = this.#world.pd.members.alive;
    const sinceMs = this.#world.engine.nowMs - tookMs;
    this.#server.log(slowLoopLine({ sinceMs, tookMs, trace: this.#trace(), index }));
    this.#server.logAll(slowReadLines({ key: 'health', client: clients[this.#random.below(clients.length)]!.name, sinceMs, tookMs, trace: this.#trace() }));
  }

  #write(tookMs: Millis, index: number): void {
    if (tookMs >= slowMs) this.#server.log(slowWriteLine({ sinceMs: this.#world.engine.nowMs - tookMs, tookMs, trace: this.#trace(), index }));
  }

  #twice(wait: Wait): Millis {
    return Math.round(waitedMs(wait, this.#random.unit()) + waitedMs(wait, this.#random.unit()));
  }

  #trace(): number {
    return this.#random.uint32() >>> 1;
  }
}
