import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry } from '../journal.ts';
import type { World } from '../world.ts';
import { goDuration } from './go-format.ts';
import type { PdMembers } from './members.ts';
import type { PdServer } from './server.ts';
import { repeat } from '../hosts/turns.ts';

/** PD's etcd client looks at every endpoint this often and gives each as long to answer. */
const roundMs: Millis = 10_000;
/** Measured: so long it tries again where etcd says that it has no leader, before a list of members or a health read is given up. */
const noLeaderMs = { list: 1_300, read: 2_620 } as const;
/** From so much silence on an endpoint is dialled anew at each round. */
const disconnectedMs: Millis = 60_000;
/** Measured: rounds without a single endpoint that answers until the client falls back on all of them. */
const roundsUntilReset = 5;
/** An endpoint that answers again is used from this round on. */
const roundsUntilPicked = 3;

/** The etcd client of each PD member: it looks each ten seconds for endpoints that answer, and goes on with those. */
export class EtcdClients {
  readonly #world: World;
  readonly #members: PdMembers;
  readonly #evicted = new Map<PdServer, Set<PdServer>>();

  constructor(world: World, members: PdMembers) {
    this.#world = world;
    this.#members = members;
  }

  /** How long until this member's client looks next. */
  untilRound(me: PdServer): Millis {
    return roundMs - ((this.#world.engine.nowMs - me.process.startedMs) % roundMs);
  }

  /** A member answers nobody any more: the clients of those who live miss it at each round. */
  missed(gone: PdServer, isGone: () => boolean): void {
    for (const me of this.#members.alive) {
      const firstMs = this.untilRound(me);
      repeat(me, { firstMs: firstMs + roundMs, everyMs: roundMs, lasts: isGone }, () => this.#miss(me, gone));
      // Endpoints are looked at one by one only where etcd could list them.
      repeat(me, { firstMs: firstMs - roundMs + disconnectedMs, everyMs: roundMs, lasts: isGone }, (nth) => this.#members.quorate && me.log(disconnectedLine(gone, disconnectedMs + nth * roundMs)));
    }
  }

  #miss(me: PdServer, gone: PdServer): void {
    const evicted = this.#evictedBy(me);
    me.logAll([retriedLine(gone, silenceOf(gone)), unhealthyLine(gone, roundMs)]);
    if (evicted.has(gone) || !this.#members.quorate) return;
    evicted.add(gone);
    const left = this.#members.servers.length - evicted.size;
    me.logAll([clientLine('health_checker.go:299', 'evicted etcd endpoint found', gone), updatedLine(left + 1, left)]);
  }

  /** It answers again: whoever had given its endpoint up takes it back when it has answered for some rounds. */
  found(server: PdServer): void {
    for (const me of this.#members.alive) {
      if (me === server || !this.#evictedBy(me).has(server)) continue;
      const lasts = (): boolean => this.#evictedBy(me).has(server) && server.process.state === 'running';
      repeat(me, { firstMs: this.untilRound(me), everyMs: roundMs, lasts }, (nth) => this.#pick(me, server, nth + 1));
    }
  }

  #pick(me: PdServer, server: PdServer, rounds: number): void {
    if (rounds < roundsUntilPicked) return me.log(clientLine('health_checker.go:309', 'evicted etcd endpoint picked again', server, [['picked-count', rounds]]));
    const evicted = this.#evictedBy(me);
    evicted.delete(server);
    const used = this.#members.servers.length - evicted.size;
    me.log(updatedLine(used - 1, used));
  }

  /** etcd has no majority: no round finds an endpoint, not even the member's own, until `lasts` ends. */
  noLeader(me: PdServer, lasts: () => boolean): void {
    const turns = { firstMs: this.untilRound(me), everyMs: roundMs, lasts };
    const after = (spanMs: Millis) => ({ ...turns, firstMs: turns.firstMs + spanMs });
    repeat(me, after(noLeaderMs.list), () => me.logAll([retriedLine(me, noLeader), ...unlistedLines]));
    repeat(me, after(noLeaderMs.read), () => me.logAll([retriedLine(me, noLeader), unhealthyLine(me, noLeaderMs.read)]));
    repeat(me, after(roundMs * roundsUntilReset), () => me.log(clientLine('health_checker.go:126', 'no available endpoint, try to reset endpoints')));
  }

  #evictedBy(me: PdServer): Set<PdServer> {
    let found = this.#evicted.get(me);
    if (!found) this.#evicted.set(me, (found = new Set()));
    return found;
  }
}

/** etcd's answer to who needs a leader, where there is none, and to who waited while one was elected. */
const noLeader = 'rpc error: code = Unavailable desc = etcdserver: no leader';
const leaderChanged = 'rpc error: code = Unavailable desc = etcdserver: leader changed';

const silenceOf = (gone: PdServer): string => (gone.process.state === 'paused'
  ? 'rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout'
  : `rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = "transport: Error while dialing: dial tcp ${gone.name}:2379: connect: connection refused"`);

const retriedLine = (target: PdServer, error: string): Entry => ({
  level: 'WARN', source: 'retry_interceptor.go:63', message: 'retrying of unary invoker failed', fields: [['target', `etcd-endpoints://0x2bbf419c1860/${target.name}:2379`], ['attempt', 0], ['error', error]],
});

/** A client's read failed because a leader was elected meanwhile; it asks again. */
export const leaderChangedLine = (target: PdServer): Entry => retriedLine(target, leaderChanged);

const sourceField = ['source', 'server-etcd-client'] as const;
const clientLine = (source: string, message: string, endpoint?: PdServer, more: NonNullable<Entry['fields']> = []): Entry => ({ source, message, fields: [...more, ...(endpoint ? [['endpoint', endpoint.clientUrl] as const] : []), sourceField] });
const unhealthyLine = (endpoint: PdServer, tookMs: Millis): Entry => ({ ...clientLine('health_checker.go:194', 'etcd endpoint is unhealthy', endpoint, [['took', goDuration(tookMs)]]), level: 'WARN' });
const disconnectedLine = (endpoint: PdServer, sinceMs: Millis): Entry => clientLine('health_checker.go:380', 'etcd server might be disconnected, try to reconnect', endpoint, [['since-last-health', goDuration(sinceMs)]]);
const updatedLine = (from: number, to: number): Entry => clientLine('health_checker.go:137', 'update endpoints', undefined, [['num-change', `${from}->${to}`]]);
const unlistedLines: readonly Entry[] = [
  { level: 'WARN', source: 'health_checker.go:455', message: 'failed to list members', fields: [sourceField, ['error', `[PD:etcd:ErrEtcdMemberList]${noLeader}: ${noLeader}`]] },
  { level: 'WARN', source: 'health_checker.go:351', message: 'no available etcd endpoint returned by etcd cluster', fields: [sourceField] },
];
