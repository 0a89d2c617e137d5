import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Neighbour } from './neighbour.ts';
import type { SharedCores } from './shared-cores.ts';
import type { Wait } from '../metrics/waits.ts';

/** The kernel grants a quota anew every 100 ms (`cpu.cfs_period_us`); whoever has used it up waits for the next period. */
const quotaPeriodMs: Millis = 100;
/** The longest that a piece of work is stretched: a real thread pool sheds, or its clients block, before that. */
const stretchMax = 50;

/** A fair scheduler lets whoever slept go first, so a machine that others keep full stretches short work no more than this busy. */
const sharedMax = 0.9;

/** What a process asks for, in cores. */
export interface Demand {
  /** What must be done for each piece of work, whenever that is. */
  readonly must: number;
  /** What goes into waking threads for it, and is saved where pieces wait and are handled together. */
  readonly waking: number;
}

/** Of a process that does not run. */
export const nothing: Demand = { must: 0, waking: 0 };

/** The CPU that a process may use. */
export class Cpu {
  readonly cores: number;
  /** Core-seconds that the process has used. */
  usedSeconds = 0;
  readonly #neighbour: Pick<Neighbour, 'takes'> | undefined;
  readonly #shared: SharedCores | undefined;
  #quotaCores = Infinity;
  #demand = nothing;

  constructor(cores: number, { neighbour, shared }: { readonly neighbour?: Pick<Neighbour, 'takes'>; readonly shared?: SharedCores | undefined } = {}) {
    this.cores = cores;
    this.#neighbour = neighbour;
    this.#shared = shared;
    shared?.join(this);
  }

  /** The cores that its process keeps busy, as far as a quota lets it. */
  get wanted(): number {
    return Math.min(this.#demand.must + this.#demand.waking, this.#quotaCores);
  }

  /** The cores that the control group allows, whatever others take of them. */
  get allowed(): number {
    return Math.min(this.cores, this.#quotaCores);
  }

  /** The cores that are really available, after a quota and what a neighbour takes: of two that want everything each gets half. */
  get available(): number {
    return Math.min(Math.max(this.cores / 2, this.cores - this.#foreignCores), this.#shared?.leftFor(this) ?? Infinity, this.#quotaCores);
  }

  get #foreignCores(): number {
    return Math.min(this.cores, this.#neighbour?.takes.cores ?? 0);
  }

  /** A quota of so many cores, as a control group sets it. */
  throttle(cores: number): void {
    this.#quotaCores = cores;
  }

  restore(): void {
    this.#quotaCores = Infinity;
  }

  /** The process asks for so much from now on. */
  demand(demand: Demand): void {
    this.#demand = demand;
  }

  /**
   * What a turn of a thread, or so many in a row, waits for because the quota of the period is used up. It meets an empty quota as often as a
   * random arrival meets a busy server, in a share of the cases that equals the utilisation; then it waits for the rest of
   * the period, in which threads on all cores used the quota up at once: evenly between nothing and all of it.
   */
  quotaWait(times = 1): Wait | undefined {
    if (this.#quotaCores >= this.cores) return undefined;
    const spanMs = quotaPeriodMs * (1 - this.#quotaCores / this.cores) * times;
    return { share: Math.min(1, this.#demand.must / this.#quotaCores), meanMs: spanMs / 2, msAt: (rank) => rank * spanMs };
  }

  /** By how much a long piece of work is stretched that gets what the others leave, of the machine and of a quota: 1 on a machine that is free. */
  get slowdown(): number {
    const shared = this.cores / Math.max(this.cores / 2, this.cores - this.#foreignCores);
    if (this.#quotaCores >= this.cores) return shared;
    return Math.max(shared, Math.min(stretchMax, 1 / Math.max(1e-9, this.#quotaCores - Math.min(this.#demand.must, this.#quotaCores))));
  }

  /**
   * By how much work between two waits is stretched: 1 / (1 - utilisation) of the real cores, the M/M/1 queue's factor. Its own
   * work fills the machine as far as a quota lets it; what a neighbour adds never makes it faster.
   */
  get stretch(): number {
    const own = this.wanted / this.cores;
    const alone = Math.min(stretchMax, 1 / (1 - Math.min(0.98, own)));
    return Math.max(alone, this.#shared?.stretch ?? 1, 1 / (1 - Math.min(sharedMax, own + this.#foreignCores / this.cores)));
  }
}
