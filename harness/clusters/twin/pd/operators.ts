import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { isLeaderMove, isUrgent, type Operator, type OperatorSpec, transferOf } from './operator.ts';
import { type CancelReason, type Ending, endedAs, OperatorNotes } from './operator-notes.ts';
import { cameBack, costsOf, deposes, dispatch, isDone, type Step, stepTimeoutMs } from './steps.ts';

/** A leader transfer that a scheduler asks for. */
export interface LeaderMove {
  readonly scheduler: string;
  readonly region: Region;
  readonly from: number;
  readonly to: number;
  readonly brief: string;
  readonly info?: Readonly<Record<string, string>>;
  readonly urgent?: boolean;
}

const recordsKeptMs = 600_000;
/** A command that changed nothing visible is sent again, as the first may have been lost: after two seconds or five, at PD's next look at its operators (recorded: each 2.5 s). */
const pushMs = { fast: 2_500, slow: 5_000 } as const;
/** Steps that are quickly taken. */
const fast: ReadonlySet<Step['kind']> = new Set(['transfer-leader', 'change-peers', 'leave-joint']);
/** So often PD looks through its operators for regions that are gone. */
const pollMs = 500;
/** Under which name each of two operators that belong together knows the other's region. */
const relatedBy = 'related-merge-region';

/** The operator controller: one operator per region, limits over all, and patience that depends on the step. */
export class Operators {
  readonly records: { readonly operator: Operator; readonly endedMs: number; readonly outcome: string }[] = [];
  readonly #world: World;
  readonly #notes: OperatorNotes;
  readonly #running = new Map<number, Operator>();

  constructor(world: World) {
    this.#world = world;
    this.#notes = new OperatorNotes(world);
  }

  /** Leaders that were moved when the cluster was young: counted, and long forgotten by the records. Measured: 65 for 106 regions. */
  assume(transfers: number): void {
    for (const event of ['create', 'finish']) this.#world.pd.metrics?.counter('pd_schedule_operators_count', { type: 'balance-leader-scheduler', event }).add(transfers);
  }

  get running(): readonly Operator[] {
    return [...this.#running.values()];
  }

  has(region: Region): boolean {
    return this.#running.has(region.id);
  }

  /** What runs for a region. */
  of(region: Region): Operator | undefined {
    return this.#running.get(region.id);
  }

  /** How many run that touch this: `leader`, `region`, `replica`. */
  countOf(kind: string): number {
    let count = 0;
    for (const operator of this.#running.values()) if (operator.kind.split(',').includes(kind)) count++;
    return count;
  }

  /** Leaders that running operators will add to (or take from) a store. */
  influence(storeId: number): number {
    let change = 0;
    for (const operator of this.#running.values()) {
      const transfer = transferOf(operator);
      if (transfer) change += (transfer.to === storeId ? 1 : 0) - (transfer.from === storeId ? 1 : 0);
    }
    return change;
  }

  /** The size in MiB that running operators will add to (or take from) a store. */
  sizeInfluence(storeId: number): number {
    let change = 0;
    for (const { steps, step, sizeMib } of this.#running.values()) {
      for (const each of steps.slice(step)) if (each.kind === 'add-learner' || each.kind === 'remove-peer') {
        if (each.peer.storeId === storeId) change += each.kind === 'add-learner' ? sizeMib : -sizeMib;
      }
    }
    return change;
  }

  /** Starts a leader transfer; false where an older operator forbids it. */
  add({ from, to, ...move }: LeaderMove): boolean {
    return this.start({ ...move, kind: 'leader', steps: [{ kind: 'transfer-leader', from, to }] });
  }

  /** A limit on the number of operators forbids one. */
  refuse(scheduler: string, kind: string): false {
    this.#notes.refused(scheduler, kind);
    return false;
  }

  /** Starts what was asked for; false where an older operator that is as urgent, or a store's limit, forbids it. */
  start(spec: OperatorSpec): boolean {
    const operator = this.#made(spec);
    const older = this.of(spec.region);
    if (older && (older.urgent || !operator.urgent)) {
      this.#notes.turnedAway(operator);
      return false;
    }
    if (!this.#world.pd.storeLimits.book(costsOf(spec.steps), operator.sizeMib)) {
      this.#notes.exceeded(spec.scheduler);
      return false;
    }
    if (older) this.#end(older, 'replaced');
    this.#running.set(spec.region.id, operator);
    this.#notes.added(operator);
    this.#begin(operator);
    return true;
  }

  #made(spec: OperatorSpec): Operator {
    const { region, info = {} } = spec;
    const { nowMs } = this.#world.engine;
    return { ...spec, info, urgent: isUrgent(spec), createdMs: nowMs, epoch: { version: region.version, confVer: region.confVer }, sizeMib: region.sizeMib, step: 0, stepMs: nowMs, outcome: undefined };
  }

  /** Starts the two operators of a merge, for the region that gives way and for its neighbour; false where either cannot be. */
  startPair(source: OperatorSpec, target: OperatorSpec): boolean {
    if (this.has(source.region) || this.has(target.region)) return false;
    return this.start({ ...source, info: { [relatedBy]: String(target.region.id) } }) && this.start({ ...target, info: { [relatedBy]: String(source.region.id) } });
  }

  #begin(operator: Operator): void {
    const step = operator.steps[operator.step] as Step;
    const at = operator.step;
    operator.stepMs = this.#world.engine.nowMs;
    dispatch(this.#world, operator.region, step);
    this.#world.engine.after(stepTimeoutMs(step, operator.sizeMib) + 3, () => {
      if (this.#runs(operator) && operator.step === at) this.#end(operator, 'timeout');
    });
    this.#push(operator, at);
  }

  #push(operator: Operator, at: number): void {
    this.#world.engine.after(pushMs[fast.has((operator.steps[at] as Step).kind) ? 'fast' : 'slow'], () => {
      if (!this.#runs(operator) || operator.step !== at || !this.#world.pd.members.serving) return;
      this.#notes.commanded(operator, 'active push');
      dispatch(this.#world, operator.region, operator.steps[at] as Step);
      this.#push(operator, at);
    });
  }

  /** An operator as `/operators` prints it. */
  describe(operator: Operator, ended = ''): string {
    return this.#notes.describe(operator, ended);
  }

  /** A region reported: steps that it has taken are done, and the next one is ordered, or this one once more. */
  reported(region: Region, leader: number): void {
    const operator = this.#running.get(region.id);
    if (!operator) return;
    const before = operator.step;
    for (let step = operator.steps[operator.step]; step && isDone(step, region, leader); step = operator.steps[operator.step]) this.#stepDone(operator, step);
    if (operator.step >= operator.steps.length) return this.#end(operator, 'finish');
    if (deposes(operator.steps[operator.step] as Step, leader)) return this.#end(operator, 'canceled');
    if (cameBack(operator.steps[operator.step] as Step, region)) return this.#end(operator, 'canceled', 'stale status');
    this.#notes.commanded(operator, 'heartbeat');
    if (operator.step > before) this.#begin(operator);
    else dispatch(this.#world, region, operator.steps[operator.step] as Step);
  }

  #stepDone(operator: Operator, step: Step): void {
    const { nowMs } = this.#world.engine;
    operator.step++;
    this.#notes.stepped(step, nowMs - operator.stepMs);
    operator.stepMs = nowMs;
  }

  /** A region changed under its operator, or nobody wants it any more. */
  cancel(region: Region, reason?: CancelReason): void {
    const operator = this.#running.get(region.id);
    if (operator) this.#end(operator, 'canceled', reason);
  }

  /** A region was taken in by its neighbour: what was ordered for it is cleared away at the next look. */
  gone(region: Region): void {
    const operator = this.#running.get(region.id);
    if (operator) this.#world.engine.after(pollMs, () => {
      if (!this.#runs(operator)) return;
      this.#notes.disappeared(operator);
      this.#end(operator, 'canceled', 'region not found');
    });
  }

  /** A new PD leader starts without operators; whoever still counts on an old one sees that it came to nothing. */
  forget(): void {
    for (const operator of this.#running.values()) operator.outcome = { ending: 'canceled', atMs: this.#world.engine.nowMs };
    this.#running.clear();
    this.records.length = 0;
  }

  #runs(operator: Operator): boolean {
    return this.#running.get(operator.region.id) === operator;
  }

  #end(operator: Operator, outcome: Ending, reason?: CancelReason): void {
    const { nowMs } = this.#world.engine;
    this.#running.delete(operator.region.id);
    operator.outcome = { ending: outcome, atMs: nowMs };
    this.records.push({ operator, endedMs: nowMs, outcome: endedAs[outcome] });
    while (this.records[0] && nowMs - this.records[0].endedMs > recordsKeptMs) this.records.shift();
    this.#notes.ended(operator, outcome, reason);
    this.#endRelated(operator, outcome, reason);
    if (isLeaderMove(operator)) return;
    this.#world.pd.checkers.look();
    this.#world.pd.mergeChecker.look();
  }

  /** One half of a merge is given up with the other; what is done, or lost its region, ends by itself. */
  #endRelated({ info }: Operator, outcome: Ending, reason: CancelReason | undefined): void {
    const related = info[relatedBy] === undefined || outcome === 'finish' || reason === 'region not found' ? undefined : this.#running.get(Number(info[relatedBy]));
    if (related) this.#end(related, 'canceled', 'related merge region');
  }
}
