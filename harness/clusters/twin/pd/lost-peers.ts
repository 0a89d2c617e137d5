import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Entry } from '../journal.ts';
import { lostPd } from '../store/pd-client.ts';
import type { World } from '../world.ts';
import { preVoteLines } from './etcd-lines.ts';
import { syncLostLines, syncRefusedLines } from './leadership-lines.ts';
import type { PdMembers } from './members.ts';
import type { PdServer } from './server.ts';

/** Measured: 19 ms after a process was killed its peers have lost its streams, 12 ms after it its followers that of regions. */
const streamLostMs: Millis = 19;
const syncLostMs: Millis = 12;
/** A follower dials its leader again each second. */
const syncAgainMs: Millis = 1_000;
/** PD's etcd client asks every endpoint each ten seconds and waits ten for the answer, so one that died is missed after ten to twenty. */
const healthMs: Millis = 10_000;
/** etcd looks at its probes each half minute, and each five seconds where they fail. */
const probeMs = { usual: 30_000, failing: 5_000 } as const;
/** etcd's leader asks every member for its version this often. */
const versionMs: Millis = 4_000;

/** etcd draws an election timeout of three to six seconds once, and keeps it while it asks for pre-votes in vain. */
const electionTimeoutMs = { least: 3_000, most: 6_000 } as const;
/** A linearizable read asks the leader again each half second; after eleven it is given up, and the next one begins. */
const readIndex = { firstMs: 600, everyMs: 500, turns: 22 } as const;

/** What members say of one that is gone, again and again, until it is back. */
export class LostPeers {
  readonly #world: World;
  readonly #members: PdMembers;
  readonly #random: Random;
  #round = 0;

  constructor(world: World, members: PdMembers) {
    this.#world = world;
    this.#members = members;
    this.#random = world.random.fork('pd-lost-peers');
  }

  /** A member's process ended; those who live notice, each in its turn. */
  died(gone: PdServer, led: boolean): void {
    const { pid } = gone.process;
    const isGone = (): boolean => gone.process.state === 'exited' && gone.process.pid === pid;
    for (const me of this.#members.alive) {
      const again = (firstMs: Millis, everyMs: Millis, say: (nth: number) => void) => repeat(me, { firstMs, everyMs, lasts: isGone }, say);
      me.process.after(streamLostMs, () => isGone() && me.peerLost(gone));
      again(healthMs + this.#random.between(0, healthMs), healthMs, (nth) => me.logAll(endpointLines(gone, nth === 0 && this.#members.quorate ? this.#members.alive.length : undefined)));
      again(this.#random.between(probeMs.failing, probeMs.usual), probeMs.failing, () => me.logAll(proberLines(gone)));
      again(versionMs, versionMs, () => this.#members.etcdLeader === me && me.logAll(versionLines(gone)));
      if (led) this.#followedIt(me, gone, isGone);
    }
    if (led) for (const store of this.#world.stores) lostPd(store, gone, { random: this.#random, lasts: () => isGone() && !store.pdConnected });
  }

  #followedIt(me: PdServer, gone: PdServer, isGone: () => boolean): void {
    const lasts = (): boolean => isGone() && this.#members.serving === undefined && this.#members.believed === gone;
    me.process.after(syncLostMs, () => me.logAll(syncLostLines()));
    repeat(me, { firstMs: syncLostMs + syncAgainMs, everyMs: syncAgainMs, lasts }, () => me.logAll(syncRefusedLines(me, gone)));
  }

  /** Nobody leads etcd, and there is no majority that could elect: who lives asks for pre-votes in vain. */
  leaderless(): void {
    const round = ++this.#round;
    const lasts = (): boolean => round === this.#round && this.#members.etcdLeader === undefined && !this.#members.quorate;
    if (!lasts()) return;
    const former = this.#members.former;
    for (const me of this.#members.alive) {
      const timeoutMs = this.#random.between(electionTimeoutMs.least, electionTimeoutMs.most);
      repeat(me, { firstMs: timeoutMs, everyMs: timeoutMs, lasts }, (nth) => me.logAll(preVoteLines(me, { others: this.#members.servers.filter((other) => other !== me), lost: nth === 0 && former !== me ? former : undefined })));
      repeat(me, { ...readIndex, lasts }, (nth) => me.log(nth % readIndex.turns === readIndex.turns - 1 ? readIndexTimedOut : readIndexRetried));
    }
  }
}

interface Turns {
  readonly firstMs: Millis;
  readonly everyMs: Millis;
  readonly lasts: () => boolean;
}

/** Says something turn by turn for as long as it lasts. */
function repeat(me: PdServer, { firstMs, everyMs, lasts }: Turns, say: (nth: number) => void, nth = 0): void {
  me.process.after(nth === 0 ? firstMs : everyMs, () => {
    if (!lasts()) return;
    say(nth);
    repeat(me, { firstMs, everyMs, lasts }, say, nth + 1);
  });
}

const readIndexRetried: Entry = { level: 'WARN', source: 'v3_server.go:920', message: 'waiting for ReadIndex response took too long, retrying', fields: [['sent-request-id', '18401604766345002722'], ['retry-timeout', '500ms']] };
const readIndexTimedOut: Entry = { level: 'WARN', source: 'v3_server.go:932', message: 'timed out waiting for read index response (local node might have slow network)', fields: [['timeout', '11s']] };

const refused = (server: PdServer): string => `dial tcp ${server.name}:2380: connect: connection refused`;

/** PD's etcd client misses an endpoint and goes on with those that are left, where they are a majority. */
const endpointLines = (gone: PdServer, left: number | undefined): Entry[] => [
  { level: 'WARN', source: 'health_checker.go:194', message: 'etcd endpoint is unhealthy', fields: [['endpoint', gone.clientUrl], ['took', '10.000403598s'], ['source', 'server-etcd-client']] },
  ...(left === undefined ? [] : ([
    { source: 'health_checker.go:299', message: 'evicted etcd endpoint found', fields: [['endpoint', gone.clientUrl], ['source', 'server-etcd-client']] },
    { source: 'health_checker.go:137', message: 'update endpoints', fields: [['num-change', `${left + 1}->${left}`], ['source', 'server-etcd-client']] },
  ] satisfies Entry[])),
];

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
