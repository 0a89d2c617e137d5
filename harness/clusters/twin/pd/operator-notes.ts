import type { Millis } from '../../../../src/kernel/clock.ts';
import { bounds } from '../metrics/bounds.ts';
import { boundsOf } from '../metrics/facts.ts';
import type { World } from '../world.ts';
import { goDuration, goTime } from './go-format.ts';
import { infoText, isLeaderMove, type Operator, operatorText, transferOf } from './operator.ts';
import { type Step, stepText, stepTypes } from './steps.ts';

/** How an operator ends. */
export type Ending = 'finish' | 'replaced' | 'timeout' | 'canceled';

/** Why an operator was given up, as PD says it. */
export type CancelReason = 'already exist' | 'epoch not match' | 'admin stop' | 'related merge region' | 'region not found' | 'stale status';

interface Farewell {
  readonly line: string;
  readonly message: string;
  /** How it is counted. */
  readonly event: string;
  /** What its text in the log ends with. */
  readonly text: string;
  /** Where nobody gave a reason. */
  readonly reason: string;
}

const farewells: Readonly<Record<Ending, Farewell>> = {
  finish: { line: '724', message: 'operator finish', event: 'finish', text: 'finished', reason: '' },
  replaced: { line: '735', message: 'replace old operator', event: 'replace', text: '', reason: '' },
  timeout: { line: '748', message: 'operator timeout', event: 'timeout', text: 'timeout', reason: 'timeout' },
  canceled: { line: '755', message: 'operator canceled', event: 'cancel', text: '', reason: 'epoch not match' },
};
/** What PD's records call an operator that ended so. */
export const endedAs: Readonly<Record<Ending, string>> = { finish: 'finished', replaced: 'replaced', timeout: 'timeout', canceled: 'canceled' };

/** Go's time of what never happened. */
const never = '0001-01-01 00:00:00 +0000 UTC';

const regionSize = 'pd_schedule_operator_region_size';

/** What PD's leader logs and counts about operators. */
export class OperatorNotes {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** An operator as `/operators` and the log print it; Go adds its process' monotonic time. */
  describe(operator: Operator, ended = '', hasStarted = true): string {
    const sinceStartMs = operator.createdMs - (this.#world.pd.members.serving?.process.startedMs ?? operator.createdMs);
    const made = `${goTime(operator.createdMs)} m=+${(sinceStartMs / 1000).toFixed(9)}`;
    return operatorText(operator, { made, started: hasStarted ? made : never, ended });
  }

  added(operator: Operator): void {
    const { pd } = this.#world;
    const { scheduler, region } = operator;
    this.#count(operator, 'create');
    pd.metrics?.histogram(regionSize, boundsOf(regionSize), { type: scheduler }).observe(operator.sizeMib);
    for (const [store, direction] of directionsOf(operator)) pd.metrics?.counter('pd_scheduler_balance_direction', { type: scheduler, store: String(store), direction }).add(1);
    pd.log({
      source: 'operator_controller.go:561', message: 'add operator',
      fields: [['region-id', region.id], ['operator', JSON.stringify(this.describe(operator))], ['additional-info', infoText(operator)]],
    });
    this.commanded(operator, 'create');
  }

  /** A step's command went out, for this reason. */
  commanded({ region, steps, step }: Operator, source: 'create' | 'heartbeat' | 'active push'): void {
    this.#pushed(region.leader);
    this.#world.pd.log({ source: 'operator_controller.go:816', message: 'send schedule command', fields: [['region-id', region.id], ['step', stepText(steps[step] as Step)], ['source', source]] });
  }

  stepped({ kind }: Step, tookMs: Millis): void {
    this.#world.pd.metrics?.histogram('pd_schedule_finish_operator_steps_duration_seconds', bounds.pdOperator, { type: stepTypes[kind] }).observe(tookMs / 1000);
  }

  /** A limit on the number of operators, or on what a store takes part in, forbade one. */
  refused(scheduler: string, kind: string): void {
    this.#world.pd.metrics?.counter('pd_schedule_operator_limit', { type: scheduler, name: kind }).add(1);
  }

  exceeded(desc: string): void {
    this.#world.pd.metrics?.counter('pd_schedule_operator_exceeded_store_limit', { desc }).add(1);
  }

  /** Its region is gone: taken in by the neighbour. */
  disappeared(operator: Operator): void {
    this.#count(operator, 'disappear');
    this.#world.pd.log({
      level: 'WARN', source: 'operator_controller.go:211', message: 'remove operator because region disappeared',
      fields: [['region-id', operator.region.id], ['operator', JSON.stringify(this.describe(operator))]],
    });
  }

  ended(operator: Operator, outcome: Ending, reason?: CancelReason): void {
    const { pd, engine } = this.#world;
    const tookMs = engine.nowMs - operator.createdMs;
    if (outcome === 'finish') pd.metrics?.histogram('pd_schedule_finish_operators_duration_seconds', bounds.pdOperator, { type: operator.scheduler }).observe(tookMs / 1000);
    this.#bury(operator, outcome, { took: goDuration(tookMs), reason, hasStarted: true });
  }

  /** Its region has an operator already: it ends before it starts. */
  turnedAway(operator: Operator): void {
    this.#count(operator, 'already-have');
    this.#bury(operator, 'canceled', { took: '0s', reason: 'already exist', hasStarted: false });
  }

  #bury(operator: Operator, outcome: Ending, { took, reason, hasStarted }: { readonly took: string; readonly reason: CancelReason | undefined; readonly hasStarted: boolean }): void {
    const { line, message, event, text, reason: usual } = farewells[outcome];
    this.#count(operator, event);
    this.#world.pd.log({
      source: `operator_controller.go:${line}`, message,
      fields: [
        ['region-id', operator.region.id], ['takes', took], ['operator', JSON.stringify(this.describe(operator, text, hasStarted))],
        ['additional-info', JSON.stringify({ 'cancel-reason': reason ?? usual, ...operator.info })],
      ],
    });
  }

  /** What goes to a store goes through its heartbeat stream. */
  #pushed(leader: number | null): void {
    const store = this.#world.storeOf(leader);
    if (store) this.#world.pd.metrics?.counter('pd_hbstream_region_message', { address: store.address, status: 'ok', store: String(store.id), type: 'push' }).add(1);
  }

  #count(operator: Operator, event: string): void {
    this.#world.pd.metrics?.counter('pd_schedule_operators_count', { type: operator.scheduler, event }).add(1);
  }
}

/** Which stores a balancing operator relieves and burdens. */
function directionsOf(operator: Operator): [store: number, direction: 'in' | 'out'][] {
  if (!/^balance-(leader|region)-scheduler$/.test(operator.scheduler)) return [];
  const transfer = isLeaderMove(operator) ? transferOf(operator) : undefined;
  if (transfer) return [[transfer.from, 'out'], [transfer.to, 'in']];
  return operator.steps.flatMap((step): [number, 'in' | 'out'][] => (step.kind === 'remove-peer' ? [[step.peer.storeId, 'out']] : step.kind === 'add-learner' ? [[step.peer.storeId, 'in']] : []));
}
