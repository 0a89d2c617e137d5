import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { coordinatedLines, hotRegionsLine } from './leadership-lines.ts';
import type { PdServer } from './server.ts';
import { hotRegionsMs } from './succession.ts';

/** From PD's published code (`runSchedulerCheckInterval`, `collectTimeout`, `collectFactor`): how often it looks whether it knows enough, how long it waits at most, and what is enough. */
const lookEveryMs: Millis = 3_000;
const longestMs: Millis = 300_000;
const enough = 0.8;

/**
 * PD's coordinator lets schedulers and checkers work once the leader knows four fifths of the regions, of each store too, by a store's word:
 * told to itself, or to its leader when it followed, which passes on what is new. A member that was started lately knows the others from its storage alone, which is not enough.
 */
export class Coordinator {
  readonly #world: World;
  /** Members that know some regions from their storage alone, and those regions of which they have heard since. */
  readonly #heard = new Map<PdServer, Set<number>>();
  #runs = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether the member that leads, or was the last to lead, lets schedulers and checkers work. */
  get runs(): boolean {
    return this.#runs;
  }

  /** Some of those that follow were started lately, where the world says so. */
  begin(followers: readonly PdServer[]): void {
    for (const server of followers.slice(0, this.#world.restartedFollowers)) this.stopped(server);
  }

  /** A member's process ended: what it comes back with is its storage. */
  stopped(server: PdServer): void {
    this.#heard.set(server, new Set());
  }

  /** A store reports a region to the leader, which passes it on if there is something new in it, and keeps that for members that are away. */
  reported(region: Region, isNew: boolean): void {
    const { serving } = this.#world.pd.members;
    for (const [server, heard] of this.#heard) {
      if (isNew || server === serving) heard.add(region.id);
      if (heard.size >= this.#world.regions.length) this.#heard.delete(server);
    }
  }

  /** A member leads: it looks at once, and again until it knows enough. */
  serves(server: PdServer): void {
    this.#runs = false;
    this.#look(server, { term: this.#world.pd.terms, waitedMs: 0 });
  }

  #look(server: PdServer, { term, waitedMs }: { readonly term: number; readonly waitedMs: Millis }): void {
    const { pd } = this.#world;
    if (!pd.members.leads(server) || pd.terms !== term) return;
    const knows = this.#knowsEnough(server);
    if (knows || waitedMs >= longestMs) return this.#run(server, knows);
    server.process.after(lookEveryMs, () => this.#look(server, { term, waitedMs: waitedMs + lookEveryMs }));
  }

  #knowsEnough(server: PdServer): boolean {
    const heard = this.#heard.get(server);
    if (!heard) return true;
    const { index, pd, regions } = this.#world;
    const isEnough = (some: readonly Region[]): boolean => some.filter(({ id }) => heard.has(id)).length >= some.length * enough;
    return isEnough(regions) && [...pd.stores.keys()].every((id) => isEnough(index.of(id).held.items));
  }

  #run(server: PdServer, knows: boolean): void {
    const { pd, regions } = this.#world;
    const known = knows ? (this.#heard.get(server)?.size ?? regions.length) : undefined;
    this.#runs = true;
    server.logAll(coordinatedLines(this.#world, { schedulers: pd.schedulers.names, known }));
    for (const name of pd.schedulers.names) server.metrics.schedulerStatus(name, true);
    pd.schedulers.leaderServes();
    server.process.after(hotRegionsMs, () => pd.members.leads(server) && server.log(hotRegionsLine(this.#world)));
  }
}
