import { defined } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { World } from '../world.ts';
import { timeoutNowLine, transferFinishedLine, transferStartsLines } from './etcd-lines.ts';
import { followedLines, keptNoLongerLines, resignLine, resignsLine, stoppedLines, syncedLines, syncEndedLines, syncStartsLine, unstartedLine } from './leadership-lines.ts';
import type { PdMembers } from './members.ts';
import type { PdServer } from './server.ts';
import type { Office } from './succession.ts';

/** Measured in recordings/tikv-pd-only-leader-resign: what happens so long after the leader was asked. */
const after = { votedMs: 5, resignedMs: 18, deletedMs: 30, stoppedMs: 50, followsMs: 61, finishedMs: 501, syncsMs: 1_064 } as const;
/** Measured there: a campaign while the former leader ends its work on the same machine. */
const campaignMs: Millis = 183;

const noHeir = 'no valid pd to transfer etcd leader';
/** What PD says where etcd does not list its members, and where who was chosen does not take over within five seconds. */
const unlisted = '[PD:etcd:ErrEtcdMemberList]context deadline exceeded: context deadline exceeded';
const tooLong = 'etcdserver: request timed out, leader transfer took too long';
const unmoved = `[PD:etcd:ErrEtcdMoveLeader]${tooLong}: ${tooLong}`;

/** PD's leader is asked to give its office away: etcd's leadership goes to another member, and PD's follows. Nobody's process ends. */
export class Resignation {
  readonly #world: World;
  readonly #members: PdMembers;
  readonly #office: Office;
  readonly #random: Random;
  #last: { readonly from: PdServer; readonly to: PdServer } | undefined;

  constructor(world: World, members: PdMembers, office: Office) {
    this.#world = world;
    this.#members = members;
    this.#office = office;
    this.#random = world.random.fork('pd-resignation');
  }

  /** Whether this member is about to follow that one because it made room for it. */
  passes(from: PdServer | undefined, to: PdServer): boolean {
    return this.#last !== undefined && this.#last.from === from && this.#last.to === to;
  }

  /** The leader is to make room for this member, or for any other; answers what PD says where it does not. */
  ask(name?: string): string | undefined {
    const from = defined(this.#members.serving, 'a leader that is asked');
    from.log(resignLine(from, name ?? ''));
    const { servers, alive, quorate } = this.#members;
    if (!quorate || !alive.includes(from)) return unlisted;
    if (servers.length === 1 && name === undefined) return undefined;
    // PD draws from all that are listed, whether they live or not.
    const heirs = servers.filter((server) => (name === undefined ? server !== from : server.name === name));
    return heirs.length === 0 ? noHeir : this.#transfer(from, this.#random.pick(heirs));
  }

  #transfer(from: PdServer, to: PdServer): string | undefined {
    from.logAll(transferStartsLines(from, to));
    if (from === to) {
      from.log(transferFinishedLine(from, { to, took: '2.1µs' }));
      return undefined;
    }
    if (!this.#members.alive.includes(to)) return unmoved;
    from.log(timeoutNowLine(from, to));
    from.process.after(after.votedMs, () => this.#members.serving === from && this.#members.alive.includes(to) && this.#office.elected(to));
    from.process.after(after.resignedMs, () => this.#members.serving === from && this.#members.etcdLeader === to && this.#resign(from, to));
    from.process.after(after.finishedMs, () => this.#members.etcdLeader === to && from.log(transferFinishedLine(from, { to, took: '500.87623ms' })));
    return undefined;
  }

  /** PD's leader sees that etcd has another one. */
  #resign(from: PdServer, to: PdServer): void {
    const then = (who: PdServer, atMs: Millis, act: () => void) => who.process.after(atMs - after.resignedMs, act);
    from.logAll([resignsLine(from), ...keptNoLongerLines]);
    this.#last = { from, to };
    const round = this.#office.vacate();
    then(to, after.deletedMs, () => {
      for (const other of this.#members.alive) if (other !== from) other.logAll(syncEndedLines);
      this.#office.campaign(to, round, campaignMs);
    });
    then(from, after.stoppedMs, () => {
      from.logAll(stoppedLines(this.#world.pd.schedulers.started));
      from.metrics.forgetCluster();
    });
    then(from, after.followsMs, () => from.logAll([...followedLines(from, to), unstartedLine]));
    then(from, after.syncsMs, () => this.#follow(from, to));
  }

  /** It dials the new leader again after a second; before, that one did not serve. */
  #follow(from: PdServer, to: PdServer): void {
    if (this.passes(from, to)) this.#last = undefined;
    if (this.#members.serving !== to) return;
    from.syncsWith = to;
    from.log(syncStartsLine(from, to));
    to.logAll(syncedLines(to, from));
  }
}
