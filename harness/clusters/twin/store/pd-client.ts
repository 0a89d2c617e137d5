import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Entry } from '../journal.ts';
import type { PdServer } from '../pd/server.ts';
import { repeat } from '../hosts/turns.ts';
import type { World } from '../world.ts';
import {
  connectFailedLine, connectingLine, type Failure, foundPdLines, heartbeatSenderLine, heartbeatUnsentLine, maxTsUncheckedLine, memberRefusesLine, minResolvedTsLine, notAgainLines, notUpdatedLine, requestRetriedLine,
  resourceGroupsLine, resourceStreamLine, safePointLine, searchLines, snapshotLines, streamsLostLines, watchBegunLines, watchedLines, type Watched, watchFailedLine, watchLostLine,
} from './pd-client-lines.ts';
import { subchannelLine } from './channel-lines.ts';
import { knownLeader } from './heartbeat.ts';
import { closed, type Ending, type Span, timedOut } from './pd-endings.ts';
import type { Store } from './store.ts';

const updateAgainMs: Millis = 6_000;
const watchPauseMs: Millis = 2_000;
/** The garbage collector asks for its safe point, ten times before it says that nobody answers. */
const safePointMs = { least: 16_000, most: 27_000 } as const;
/** `raftstore.pd-report-min-resolved-ts-interval`, and how often `storage.max-ts` is looked up. */
const reportMs: Millis = 1_000;
const maxTsMs: Millis = 15_000;
const deadlineMs: Millis = 2_000;
/** A second look at the members, after which the region heartbeats have a new stream. */
const refreshedMs: Millis = 5_300;

const watched: readonly Watched[] = ['task', 'pause'];

/** What a store's clients of PD say: they lose its leader, look for it again and again, and find one. */
export class PdClients {
  readonly #world: World;
  readonly #random: Random;
  /** Processes that miss PD. */
  readonly #missing = new Map<Store, number>();
  /** The cut of a store's links to PD that is the newest, of all that were made. */
  readonly #lastCut = new Map<Store, number>();
  #cuts = 0;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('pd-clients');
  }

  /** The process of PD's leader ended. */
  leaderDied(gone: PdServer, lasts: () => boolean): void {
    for (const store of this.#world.stores) this.#endStreams(store, { to: gone, ending: closed, lasts: () => lasts() && !store.pdConnected });
  }

  /** The process of PD's leader was paused: its connections stand, what is asked over them ends at its deadline, and so does each look for another leader. (Derived.) */
  leaderHung(hung: PdServer, sleeps: () => boolean): void {
    const { pd } = this.#world;
    for (const store of this.#world.stores) {
      this.misses(store);
      const lasts = (): boolean => sleeps() && (pd.members.serving === undefined || !store.pdConnected);
      repeat(store, { firstMs: this.#random.between(deadlineMs, deadlineMs + reportMs), everyMs: timedOut.againMs, lasts }, () => store.logAll(searchLines(hung)));
      repeat(store, { firstMs: this.#random.between(timedOut.givenUpMs.least, timedOut.givenUpMs.most), everyMs: updateAgainMs, lasts }, () => store.log(notUpdatedLine(pd.members.servers)));
    }
  }

  /** A store's links to PD carry nothing. */
  cutOff(store: Store): void {
    const { serving } = this.#world.pd.members;
    this.misses(store);
    if (!serving || !store.pdConnected) return;
    const cut = ++this.#cuts;
    this.#lastCut.set(store, cut);
    this.#endStreams(store, { to: serving, ending: timedOut, lasts: () => this.#lastCut.get(store) === cut && store.host.network.isCut('control-plane') });
  }

  /** PD's leader is not there, for whatever reason: what has to be told it regularly fails. */
  misses(store: Store): void {
    const { pid, state } = store.process;
    if (store.reachesPd || state === 'exited' || !store.serving || this.#missing.get(store) === pid) return;
    this.#missing.set(store, pid);
    const { nowMs } = this.#world.engine;
    const lasts = (): boolean => {
      if (store.reachesPd) this.#missing.delete(store);
      return this.#missing.get(store) === pid;
    };
    repeat(store, { firstMs: reportMs - ((nowMs + pid) % reportMs), everyMs: reportMs, lasts }, () => {
      const failure = this.#failureNow(store);
      store.process.after(failure === 'late' ? deadlineMs : 1, () => store.log(minResolvedTsLine(failure)));
    });
    repeat(store, { firstMs: maxTsMs - ((nowMs + pid) % maxTsMs), everyMs: maxTsMs, lasts }, () => store.log(maxTsUncheckedLine));
  }

  /** `pd.update-interval`: a store asks who leads though nothing is wrong. */
  update(store: Store): void {
    const first = this.#world.pd.members.servers[0];
    if (first && store.reachesPd) store.log(connectingLine(first));
  }

  /** A store found a leader of PD. */
  found(store: Store, leader: PdServer): void {
    store.logAll([...foundPdLines(leader), ...watched.flatMap(() => [watchFailedLine('closed'), ...snapshotLines(330 + leader.leaderChanges)])]);
    leader.logAll(watchedLines);
    store.process.after(watchPauseMs, () => store.logAll(watched.flatMap(watchBegunLines)));
    store.process.after(refreshedMs, () => store.log(heartbeatSenderLine));
  }

  /** What a request would meet now. */
  #failureNow(store: Store): Failure {
    const state = knownLeader(this.#world)?.process.state;
    if (store.host.network.isCut('control-plane') || state === 'paused') return 'late';
    return state === 'exited' ? 'refused' : 'notLeader';
  }

  #endStreams(store: Store, { to, ending, lasts }: { readonly to: PdServer; readonly ending: Ending; readonly lasts: () => boolean }): void {
    const between = ({ least, most }: Span): Millis => this.#random.between(least, most);
    const noticeMs = between(ending.noticeMs);
    const again = (firstMs: Millis, everyMs: Millis, say: () => void) => repeat(store, { firstMs, everyMs, lasts }, say);
    const once = (afterMs: Millis, say: () => void) => store.process.after(afterMs, () => lasts() && say());
    once(noticeMs, () => {
      store.logAll([...streamsLostLines(to, ending.failure), ...(ending === closed ? [requestRetriedLine(ending.after)] : notAgainLines(ending.failure)), ...this.#othersRefuse(to)]);
      for (const what of watched) this.#watchAgain(store, { what, ending, lasts, spanMs: () => between(ending.watchMs) });
    });
    again(noticeMs + ending.againMs, ending.againMs, () => store.logAll(this.#turn(to, ending)));
    once(between(ending.unsentMs), () => store.log(heartbeatUnsentLine(ending.failure)));
    again(between(ending.givenUpMs), updateAgainMs, () => store.log(notUpdatedLine(this.#world.pd.members.servers)));
    again(between(safePointMs), ending.safePointAgainMs, () => store.log(safePointLine));
    if (ending === timedOut) this.#findAgain(store, lasts);
  }

  /** One more try. */
  #turn(to: PdServer, { after }: Ending): readonly Entry[] {
    const dialled = subchannelLine(to.clientUrl.replace('http://', ''), after === 'late' ? 'lost' : 'refused');
    const refusal = after === 'late' ? [connectFailedLine(to, after), ...notAgainLines(after)] : [memberRefusesLine(to), ...this.#othersRefuse(to)];
    return [resourceStreamLine, resourceGroupsLine(after), connectingLine(to), dialled, ...refusal, requestRetriedLine(after)];
  }

  /** Members that are down as well refuse in other words than the one that led. */
  #othersRefuse(to: PdServer): readonly Entry[] {
    return this.#world.pd.members.servers.filter((each) => each !== to && each.process.state === 'exited').map((each) => connectFailedLine(each, 'refused'));
  }

  #watchAgain(store: Store, watch: { readonly what: Watched; readonly ending: Ending; readonly lasts: () => boolean; readonly spanMs: () => Millis }): void {
    const { what, ending, lasts, spanMs } = watch;
    store.process.after(spanMs(), () => {
      if (!lasts()) return;
      store.log(watchFailedLine(ending.failure));
      store.process.after(watchPauseMs, () => {
        if (!lasts()) return;
        store.logAll([...watchBegunLines(what), watchLostLine(what, ending.after)]);
        this.#watchAgain(store, watch);
      });
    });
  }

  /** A link that carries again is found by the next try. */
  #findAgain(store: Store, lasts: () => boolean): void {
    store.process.after(deadlineMs, () => {
      if (lasts()) return this.#findAgain(store, lasts);
      const { serving } = this.#world.pd.members;
      if (serving && store.reachesPd) this.found(store, serving);
    });
  }
}
