import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Entry } from '../journal.ts';
import type { World } from '../world.ts';
import type { PdMembers } from './members.ts';
import type { PdServer } from './server.ts';
import { repeat } from '../hosts/turns.ts';

/** etcd looks each election timeout whether it has a leader and ends the watches that ask for one at the third miss. */
const cancelledMs = { least: 6_000, most: 9_000 } as const;
/** Measured: a new watch is refused after so long, and tried again. */
const watchAgainMs: Millis = 2_620;
/** A member that knows no leader asks this often whether etcd has one. */
const preCheckMs: Millis = 200;
/** Each member reads once a minute which data centres there are, and waits ten seconds for it. */
const dataCentres = { everyMs: 60_000, timeoutMs: 10_000 } as const;
/** A leader saves how far its timestamps may go before the old bound is reached; the save is given up after ten seconds. */
const save = { everyMs: 5_000, timeoutMs: 10_000, againMs: 58 } as const;

/** What members say that can read nothing from their etcd: of their watch on the leader's key, and of what they read and save in turns. */
export class LeaderWatch {
  readonly #world: World;
  readonly #members: PdMembers;
  readonly #random: Random;

  constructor(world: World, members: PdMembers) {
    this.#world = world;
    this.#members = members;
    this.#random = world.random.fork('pd-leader-watch');
  }

  /** A follower lost etcd's leader, and there is no majority: its watch on the leader's key ends, and so does each that it opens. */
  lost(me: PdServer, lasts: () => boolean): void {
    const believes = (): boolean => lasts() && this.#members.believed !== undefined;
    const say = (nth: number) => me.log(this.#watchLine(nth === 0 ? 345 : 291, 'the connection maybe unhealthy, retry to watch later'));
    repeat(me, { firstMs: this.#random.between(cancelledMs.least, cancelledMs.most), everyMs: watchAgainMs, lasts: believes }, say);
  }

  /** What a member reads once a minute takes ten seconds and fails. */
  unread(me: PdServer, lasts: () => boolean, read: (key: string) => void): void {
    const key = `/pd/${this.#world.pd.clusterId}/dc-location`;
    const firstMs = this.#random.between(0, dataCentres.everyMs);
    repeat(me, { firstMs, everyMs: dataCentres.everyMs, lasts }, () => read(key));
    repeat(me, { firstMs: firstMs + dataCentres.timeoutMs, everyMs: dataCentres.everyMs, lasts }, () => me.logAll([...unloadedLines(key), { level: 'ERROR', source: 'allocator_manager.go:828', message: 'get cluster dc-locations from etcd failed', fields: [['error', kvGet]] }]));
  }

  /** Followers believe in the dead leader no more: each leaves its watch and looks for one that it could follow. */
  gaveUp(): void {
    for (const me of this.#members.alive) {
      me.logAll([
        this.#watchLine(287, 'the connection is unhealthy for a while, exit leader watch loop'), { source: 'client.go:159', message: 'stop synchronizing with leader due to context canceled' },
        { source: 'server.go:1659', message: 'pd leader has changed, try to re-campaign a pd leader' }, { source: 'server.go:1686', message: 'skip campaigning of pd leader and check later', fields: [['server-name', me.name], ['etcd-leader-id', 0]] },
      ]);
      this.lookFor(me);
    }
  }

  /** A member asks again and again whether etcd has a leader, before it looks for PD's. */
  lookFor(me: PdServer): void {
    repeat(me, { firstMs: preCheckMs, everyMs: preCheckMs, lasts: () => this.#members.etcdLeader === undefined }, () => me.log(preCheckLine));
  }

  /** A leader lost its majority and steps down so much later: a save of its timestamps that comes due before waits and fails. */
  unsaved(leader: PdServer, steppedDownMs: Millis, read: (key: string) => void): void {
    const dueMs = this.#random.between(0, save.everyMs);
    if (dueMs >= steppedDownMs) return;
    const key = `/pd/${this.#world.pd.clusterId}/timestamp`;
    leader.process.after(dueMs, () => read(key));
    const after = (spanMs: Millis, entries: readonly Entry[]) => leader.process.after(dueMs + save.timeoutMs + spanMs, () => this.#members.etcdLeader === undefined && leader.logAll(entries));
    after(0, [...unloadedLines(key), { level: 'WARN', source: 'tso.go:387', message: 'save timestamp failed', fields: [['dc-location', 'global'], ['timestamp-path', 'timestamp'], ['error', kvGet]] }, unsavedLine(kvGet)]);
    for (const nth of [1, 2]) after(nth * save.againMs, [unsavedLine(notSynced)]);
    after(3 * save.againMs, [{ level: 'WARN', source: 'allocator_manager.go:781', message: "failed to update allocator's timestamp", fields: [['dc-location', 'global'], ['name', leader.name], ['error', notSynced]] }, { source: 'tso.go:453', message: 'reset the timestamp in memory' }]);
  }

  #watchLine(at: number, message: string): Entry {
    return { level: 'WARN', source: `leadership.go:${at}`, message, fields: [['leader-key', `/pd/${this.#world.pd.clusterId}/leader`], ['purpose', 'leader election']] };
  }
}

const kvGet = '[PD:etcd:ErrEtcdKVGet]context deadline exceeded: context deadline exceeded';
const notSynced = '[PD:tso:ErrUpdateTimestamp]update timestamp failed, timestamp in memory has not been initialized';
const preCheckLine: Entry = { level: 'WARN', source: 'member.go:234', message: 'failed to pass pre-check, check pd leader later', fields: [['error', '[PD:member:ErrEtcdLeaderNotFound]etcd leader not found']] };
const unsavedLine = (error: string): Entry => ({ level: 'WARN', source: 'global_allocator.go:207', message: 'try to update the global tso but failed', fields: [['error', error]] });
const unloadedLines = (key: string): Entry[] => [
  { level: 'WARN', source: 'etcdutil.go:157', message: 'kv gets too slow', fields: [['request-key', key], ['cost', '10.000960536s'], ['error', 'context deadline exceeded']] },
  { level: 'ERROR', source: 'etcdutil.go:162', message: 'load from etcd meet error', fields: [['key', key], ['error', kvGet]] },
];
