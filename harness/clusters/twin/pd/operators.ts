import type { Millis } from '../../../../src/kernel/clock.ts';
import { bounds } from '../metrics/bounds.ts';
import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { goDuration, goTime } from './go-format.ts';

/** A leader transfer that PD ordered. */
export interface Operator {
  readonly scheduler: string;
  readonly brief: string;
  readonly region: Region;
  readonly from: number;
  readonly to: number;
  readonly createdMs: Millis;
  readonly info: Readonly<Record<string, string>>;
}

/** What a scheduler asks for. */
export interface LeaderMove {
  readonly scheduler: string;
  readonly region: Region;
  readonly from: number;
  readonly to: number;
  /** Where the reader of the log is told why: `transfer leader: store 1 to 4`. */
  readonly brief: string;
  readonly info?: Readonly<Record<string, string>>;
}

/** Fast steps (a leader transfer) are given up after a minute. */
const stepTimeoutMs = 60_000;
const recordsKeptMs = 600_000;

/** The operator controller: one operator per region, a limit over all, a minute's patience. */
export class Operators {
  readonly records: { readonly operator: Operator; readonly endedMs: Millis; readonly outcome: string }[] = [];
  readonly #world: World;
  readonly #running = new Map<number, Operator>();

  constructor(world: World) {
    this.#world = world;
  }

  get running(): readonly Operator[] {
    return [...this.#running.values()];
  }

  has(region: Region): boolean {
    return this.#running.has(region.id);
  }

  /** Leaders that running operators will add to (or take from) a store. */
  influence(storeId: number): number {
    let change = 0;
    for (const { from, to } of this.#running.values()) change += (to === storeId ? 1 : 0) - (from === storeId ? 1 : 0);
    return change;
  }

  /** Starts a leader transfer; false where a limit or an older operator forbids it. */
  add(move: LeaderMove): boolean {
    const { pd, engine } = this.#world;
    if (this.#running.size >= pd.config.leaderScheduleLimit) {
      pd.metrics?.counter('pd_schedule_operator_limit', { type: move.scheduler, name: 'leader' }).add(1);
      return false;
    }
    if (this.has(move.region)) return false;
    const operator: Operator = { ...move, info: move.info ?? {}, createdMs: engine.nowMs };
    this.#running.set(move.region.id, operator);
    this.#announce(operator);
    this.#world.raft.transfer(move.region, move.to);
    engine.after(stepTimeoutMs + 3, () => this.#timeOut(operator));
    return true;
  }

  #announce(operator: Operator): void {
    const { pd } = this.#world;
    const { scheduler, region } = operator;
    this.#count(operator, 'create');
    for (const [store, direction] of [[operator.from, 'out'], [operator.to, 'in']] as const) {
      if (scheduler === 'balance-leader-scheduler') pd.metrics?.counter('pd_scheduler_balance_direction', { type: scheduler, store: String(store), direction }).add(1);
    }
    pd.log({
      source: 'operator_controller.go:561', message: 'add operator',
      fields: [['region-id', region.id], ['operator', JSON.stringify(this.describe(operator, 0))], ['additional-info', infoOf(operator)]],
    });
    pd.log({ source: 'operator_controller.go:816', message: 'send schedule command', fields: [['region-id', region.id], ['step', stepOf(operator)], ['source', 'create']] });
  }

  /** An operator as `/operators` and the log print it; Go adds its process' monotonic time. */
  describe(operator: Operator, currentStep: number, ended = ''): string {
    const sinceStartMs = operator.createdMs - (this.#world.pd.members.serving?.process.startedMs ?? operator.createdMs);
    return describeOperator(operator, { at: `${goTime(operator.createdMs)} m=+${(sinceStartMs / 1000).toFixed(9)}`, currentStep, ended });
  }

  /** A region reported a leader: if an operator waited for it, it is finished. */
  leaderReported(region: Region, leader: number): void {
    const operator = this.#running.get(region.id);
    if (operator && leader !== operator.from) this.#end(operator, 'finish');
  }

  /** A new PD leader starts without operators. */
  forget(): void {
    this.#running.clear();
    this.records.length = 0;
  }

  #timeOut(operator: Operator): void {
    if (this.#running.get(operator.region.id) === operator) this.#end(operator, 'timeout');
  }

  #end(operator: Operator, outcome: 'finish' | 'timeout'): void {
    const { pd, engine } = this.#world;
    const tookMs = engine.nowMs - operator.createdMs;
    this.#running.delete(operator.region.id);
    this.#count(operator, outcome);
    if (outcome === 'finish') {
      pd.metrics?.histogram('pd_schedule_finish_operators_duration_seconds', bounds.pdOperator, { type: operator.scheduler }).observe(tookMs / 1000);
      pd.metrics?.histogram('pd_schedule_finish_operator_steps_duration_seconds', bounds.pdOperator, { type: 'TransferLeader' }).observe(tookMs / 1000);
    }
    this.records.push({ operator, endedMs: engine.nowMs, outcome: outcome === 'finish' ? 'finished' : 'timeout' });
    while (this.records[0] && engine.nowMs - this.records[0].endedMs > recordsKeptMs) this.records.shift();
    pd.log({
      source: outcome === 'finish' ? 'operator_controller.go:724' : 'operator_controller.go:748', message: `operator ${outcome}`,
      fields: [
        ['region-id', operator.region.id], ['takes', goDuration(tookMs)],
        ['operator', JSON.stringify(this.describe(operator, outcome === 'finish' ? 1 : 0, outcome === 'finish' ? 'finished' : 'timeout'))],
        ['additional-info', JSON.stringify({ 'cancel-reason': outcome === 'timeout' ? 'timeout' : '', ...operator.info })],
      ],
    });
  }

  #count(operator: Operator, event: string): void {
    this.#world.pd.metrics?.counter('pd_schedule_operators_count', { type: operator.scheduler, event }).add(1);
  }
}

const stepOf = ({ from, to }: Operator): string => `transfer leader from store ${from} to store ${to}`;

const infoOf = ({ info }: Operator): string => (Object.keys(info).length === 0 ? '' : JSON.stringify(info));

function describeOperator(operator: Operator, { at, currentStep, ended }: { readonly at: string; readonly currentStep: number; readonly ended: string }): string {
  const { region } = operator;
  const head = `${operator.scheduler} {${operator.brief}} (kind:leader, region:${region.id}(${region.version}, ${region.confVer}), createAt:${at}, startAt:${at}`;
  return `${head}, currentStep:${currentStep}, size:${region.sizeMib}, steps:[0:{${stepOf(operator)}}], timeout:[1m0s])${ended ? ` ${ended}` : ''}`;
}
