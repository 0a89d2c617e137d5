import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { type EtcdClients, leaderChangedLine } from './etcd-client.ts';
import type { Entry } from '../journal.ts';
import type { World } from '../world.ts';
import type { PdMembers } from './members.ts';
import { droppedReadLine, firstCommitLine, outOfDateReadLine, readIndexRetried, readIndexTimedOut, slowReadLines } from './slow-reads.ts';
import type { PdServer } from './server.ts';
import { repeat } from '../hosts/turns.ts';

/** PD's etcd client reads a key of every endpoint this often; a read is given up after as long. */
const roundMs: Millis = 10_000;
/** A read that waits asks the leader again each half second; after eleven the round of reads is given up, and the next one begins. */
const readIndex = { everyMs: 500, turns: 22 } as const;
/** Whatever else reads begins at once where reads wait. */
const othersReadMs: Millis = 100;

/** Whether etcd has a leader that a majority answers. */
export const commits = ({ etcdLeader, quorate }: PdMembers): boolean => etcdLeader?.process.state === 'running' && quorate;

interface Waiting {
  readonly client: PdServer;
  readonly sinceMs: Millis;
  readonly key: string;
}

/**
 * Linearizable reads of the etcd inside PD, which any member answers once its leader has said how far the log was: while
 * there is no leader with a majority they wait, and the one that is elected answers those that still do.
 */
export class EtcdReads {
  readonly #world: World;
  readonly #members: PdMembers;
  readonly #clients: EtcdClients;
  readonly #random: Random;
  readonly #waiting = new Map<PdServer, Waiting[]>();
  /** Members that know that there is no leader: they refuse PD's own reads. */
  readonly #leaderless = new Set<PdServer>();
  /** Those of them that led, until they campaign: raft drops what they are asked. */
  readonly #steppedDown = new Set<PdServer>();
  /** Members that ask for an index turn by turn. */
  readonly #asking = new Set<PdServer>();
  #round = 0;

  constructor(world: World, members: PdMembers, clients: EtcdClients) {
    this.#world = world;
    this.#members = members;
    this.#clients = clients;
    this.#random = world.random.fork('pd-etcd-reads');
  }

  get #answered(): boolean {
    return commits(this.#members);
  }

  /** A member fell silent; where it took leader or majority along, whoever reads from now on waits. */
  interrupted(): void {
    if (this.#answered) return;
    const round = ++this.#round;
    const lasts = (): boolean => round === this.#round && !this.#answered;
    for (const client of this.#members.alive) repeat(client, { firstMs: this.#clients.untilRound(client), everyMs: roundMs, lasts }, () => {
      for (const at of this.#members.alive) if (!this.#leaderless.has(at)) this.read(at, { client, key: 'health', lasts });
    });
  }

  /** A read arrives at a member that cannot answer it. */
  read(at: PdServer, { client, key, lasts = () => !this.#answered }: { readonly client: PdServer; readonly key: string; readonly lasts?: () => boolean }): void {
    const one: Waiting = { client, key, sinceMs: this.#world.engine.nowMs };
    this.#queueOf(at).push(one);
    at.process.after(roundMs, () => lasts() && this.#giveUp(at, one));
    this.ask(at, readIndex.everyMs);
  }

  /** A member asks its leader for an index, turn by turn, until it is told one. */
  ask(at: PdServer, firstMs: Millis = othersReadMs): void {
    if (this.#asking.has(at)) return;
    this.#asking.add(at);
    const { pid } = at.process;
    const lasts = (): boolean => {
      if (!this.#answered && at.process.pid === pid) return true;
      this.#asking.delete(at);
      return false;
    };
    repeat(at, { firstMs, everyMs: readIndex.everyMs, lasts }, (nth) => {
      at.log(nth % readIndex.turns === readIndex.turns - 1 ? readIndexTimedOut : readIndexRetried);
      if (this.#steppedDown.has(at)) at.log(droppedReadLine(at));
    });
  }

  /** This member lost its leader; it was the leader itself where `led`. */
  leaderless(me: PdServer, led: boolean): void {
    this.#leaderless.add(me);
    if (led) this.#steppedDown.add(me);
    else this.#steppedDown.delete(me);
  }

  /** A leader was elected: of those that wait the first has to be asked again, and the others are answered. */
  elected(): void {
    this.#leaderless.clear();
    this.#steppedDown.clear();
    this.#release((at, [first, ...others]) => {
      at.logAll(this.#linesOf(first, 'etcdserver: leader changed'));
      first.client.log(leaderChangedLine(at));
      if (others.length > 0) at.logAll([firstCommitLine, ...others.flatMap((other) => this.#linesOf(other)), outOfDateReadLine]);
    });
  }

  /** Whoever was missed is back: where that gives etcd its leader or its majority again, what waits is answered. */
  restored(): void {
    if (this.#answered) this.#release((at, queue) => at.logAll(queue.flatMap((one) => this.#linesOf(one))));
  }

  #release(answer: (at: PdServer, queue: readonly [Waiting, ...Waiting[]]) => void): void {
    for (const [at, [first, ...others]] of this.#waiting) if (first && this.#members.alive.includes(at)) answer(at, [first, ...others]);
    this.#waiting.clear();
  }

  #giveUp(at: PdServer, one: Waiting): void {
    const queue = this.#queueOf(at);
    if (!queue.includes(one)) return;
    this.#waiting.set(at, queue.filter((other) => other !== one));
    at.logAll(this.#linesOf(one, 'context deadline exceeded'));
  }

  #linesOf({ client, key, sinceMs }: Waiting, error?: string): Entry[] {
    const { nowMs } = this.#world.engine;
    return slowReadLines({ key, client: client.name, sinceMs, tookMs: nowMs - sinceMs, trace: this.#random.uint32() >>> 1, ...(error !== undefined && { error }) });
  }

  #queueOf(at: PdServer): Waiting[] {
    let found = this.#waiting.get(at);
    if (!found) this.#waiting.set(at, (found = []));
    return found;
  }
}
