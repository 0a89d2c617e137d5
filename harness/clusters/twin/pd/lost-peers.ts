import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Entry } from '../journal.ts';
import type { World } from '../world.ts';
import { EtcdClients } from './etcd-client.ts';
import { preVoteLines } from './etcd-lines.ts';
import { EtcdReads } from './etcd-reads.ts';
import { LeaderWatch } from './leader-watch.ts';
import { streamDroppedLines, syncLostLines, syncRefusedLines } from './leadership-lines.ts';
import type { PdMembers } from './members.ts';
import type { PdServer } from './server.ts';
import { repeat } from '../hosts/turns.ts';

/** Measured: 19 ms after a process was killed its peers have lost its streams, 12 ms after it its followers that of regions. */
const streamLostMs: Millis = 19;
const syncLostMs: Millis = 12;
/** A follower dials its leader again each second. */
const syncAgainMs: Millis = 1_000;
/** etcd looks at its probes each half minute, and each five seconds where they fail. */
const probeMs = { usual: 30_000, failing: 5_000 } as const;
/** etcd's leader asks every member for its version this often. */
const versionMs: Millis = 4_000;

/** etcd draws an election timeout of three to six seconds once, and keeps it while it asks for pre-votes in vain. */
const electionTimeoutMs = { least: 3_000, most: 6_000 } as const;
/** A paused leader's followers miss the answers to their pings, and dial it for two seconds before they say so. */
const pausedSync = { lostMs: 4_030, dialledMs: 6_030 } as const;
/** A leader sends its followers something at least this often, and so learns of a stream that ended. */
const syncKeepAliveMs: Millis = 10_000;

/** What members say of one that is gone, again and again, until it is back. */
export class LostPeers {
  readonly #world: World;
  readonly #members: PdMembers;
  readonly #random: Random;
  readonly #clients: EtcdClients;
  readonly #reads: EtcdReads;
  readonly #watch: LeaderWatch;
  #round = 0;

  constructor(world: World, members: PdMembers) {
    this.#world = world;
    this.#members = members;
    this.#random = world.random.fork('pd-lost-peers');
    this.#clients = new EtcdClients(world, members);
    this.#reads = new EtcdReads(world, members, this.#clients);
    this.#watch = new LeaderWatch(world, members);
  }

  /** A member's process ended; those who live notice, each in its turn. */
  died(gone: PdServer, led: boolean): void {
    const { pid } = gone.process;
    const isGone = (): boolean => gone.process.state === 'exited' && gone.process.pid === pid;
    this.#clients.missed(gone, isGone);
    this.#reads.interrupted();
    for (const me of this.#members.alive) {
      const again = (firstMs: Millis, everyMs: Millis, say: (nth: number) => void) => repeat(me, { firstMs, everyMs, lasts: isGone }, say);
      me.process.after(streamLostMs, () => isGone() && me.peerLost(gone));
      again(this.#random.between(probeMs.failing, probeMs.usual), probeMs.failing, () => me.logAll(proberLines(gone)));
      if (this.#members.etcdLeader === me) this.#askVersions(me, gone, this.#random.between(0, versionMs));
      if (led) this.#followedIt(me, gone, isGone);
      else if (gone.syncsWith === me) me.process.after(this.#random.between(0, syncKeepAliveMs), () => isGone() && this.#members.leads(me) && me.logAll(streamDroppedLines(gone)));
    }
    if (led) this.#world.pdClients.leaderDied(gone, isGone);
  }

  /** A member was paused: nothing refuses, and what is asked of it gets no answer. */
  fellSilent(gone: PdServer, led: boolean): void {
    const sinceMs = gone.pausedMs;
    const isGone = (): boolean => gone.process.state === 'paused' && gone.pausedMs === sinceMs;
    this.#clients.missed(gone, isGone);
    this.#reads.interrupted();
    if (!led) return;
    for (const me of this.#members.alive) this.#followedIt(me, gone, isGone);
    this.#world.pdClients.leaderHung(gone, isGone);
  }

  /** A member answers again. */
  found(server: PdServer): void {
    this.#clients.found(server);
    this.#reads.restored();
  }

  /** etcd's leader asks every member for its version, the first time when it is elected. */
  elected(winner: PdServer): void {
    this.#reads.elected();
    for (const gone of this.#members.servers) if (gone.process.state === 'exited') this.#askVersions(winner, gone, 0);
  }

  #askVersions(me: PdServer, gone: PdServer, firstMs: Millis): void {
    repeat(me, { firstMs, everyMs: versionMs, lasts: () => gone.process.state === 'exited' && this.#members.etcdLeader === me }, () => me.logAll(versionLines(gone)));
  }

  #followedIt(me: PdServer, gone: PdServer, isGone: () => boolean): void {
    const paused = gone.process.state === 'paused';
    const lasts = (): boolean => isGone() && this.#members.serving === undefined && this.#members.believed === gone;
    me.process.after(paused ? pausedSync.lostMs : syncLostMs, () => isGone() && me.logAll(syncLostLines(paused)));
    repeat(me, { firstMs: paused ? pausedSync.dialledMs : syncLostMs + syncAgainMs, everyMs: syncAgainMs, lasts }, () => me.logAll(syncRefusedLines(me, gone)));
  }

  /** Nobody leads etcd, and there is no majority that could elect: who lives asks for pre-votes in vain. */
  leaderless(): void {
    const round = ++this.#round;
    const lasts = (): boolean => round === this.#round && this.#members.etcdLeader === undefined && !this.#members.quorate;
    if (!lasts()) return;
    const former = this.#members.former;
    for (const me of this.#members.alive) {
      const timeoutMs = this.#random.between(electionTimeoutMs.least, electionTimeoutMs.most);
      const turns = { firstMs: timeoutMs, everyMs: timeoutMs, lasts };
      this.#reads.ask(me);
      if (former !== me) this.#watch.unread(me, lasts, (key) => this.#reads.read(me, { client: me, key }));
      repeat(me, turns, (nth) => {
        me.logAll(preVoteLines(me, { others: this.#members.servers.filter((other) => other !== me), lost: nth === 0 && former !== me ? former : undefined }));
        if (nth === 0) this.#knowsNoLeader(me, lasts);
      });
    }
  }

  #knowsNoLeader(me: PdServer, lasts: () => boolean): void {
    this.#reads.leaderless(me, false);
    this.#clients.noLeader(me, lasts);
    this.#watch.lost(me, lasts);
  }

  /** A leader lost its majority; it steps down so much later. */
  outvoted(leader: PdServer, afterMs: Millis): void {
    this.#watch.unsaved(leader, afterMs, (key) => !this.#members.quorate && this.#reads.read(leader, { client: leader, key }));
  }

  /** A leader that no majority answers steps down. */
  steppedDown(leader: PdServer): void {
    this.#reads.leaderless(leader, true);
  }

  /** Members believe in their dead leader no more. */
  disbelieved(): void {
    if (this.#members.etcdLeader === undefined) this.#watch.gaveUp();
  }

  /** A member that led looks whether etcd has a leader. */
  looksFor(server: PdServer): void {
    this.#watch.lookFor(server);
  }
}

const refused = (server: PdServer): string => `dial tcp ${server.name}:2380: connect: connection refused`;

const proberLines = (gone: PdServer): Entry[] => ['ROUND_TRIPPER_RAFT_MESSAGE', 'ROUND_TRIPPER_SNAPSHOT'].map((name) => ({
  level: 'WARN', source: 'probing_status.go:68', message: 'prober detected unhealthy status', fields: [['round-tripper-name', name], ['remote-peer-id', gone.memberHex], ['rtt', '2.47585ms'], ['error', refused(gone)]],
}));

const versionLines = (gone: PdServer): Entry[] => {
  const error = ['error', `Get "${gone.peerUrl}/version": ${refused(gone)}`] as const;
  return [
    { level: 'WARN', source: 'cluster_util.go:294', message: 'failed to reach the peer URL', fields: [['address', `${gone.peerUrl}/version`], ['remote-member-id', gone.memberHex], error] },
    { level: 'WARN', source: 'cluster_util.go:158', message: 'failed to get version', fields: [['remote-member-id', gone.memberHex], error] },
  ];
};
