import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Region } from '../raft/region.ts';
import { goDuration } from './go-format.ts';
import type { Ending } from './operator-notes.ts';
import { type Step, stepText, stepTimeoutMs } from './steps.ts';

/** What is asked for: a few steps that change one region. */
export interface OperatorSpec {
  /** Who asks, by the name under which PD counts it: a scheduler, or what a checker does. */
  readonly scheduler: string;
  readonly region: Region;
  /** What it touches, as PD lists it: `leader`, `region`, `replica,region`. */
  readonly kind: string;
  /** Where the reader of the log is told why: `transfer leader: store 1 to 4`. */
  readonly brief: string;
  readonly steps: readonly Step[];
  readonly info?: Readonly<Record<string, string>>;
  /** It takes the place of an operator that is not. */
  readonly urgent?: boolean;
}

/** An order that PD has given and watches. */
export interface Operator extends Required<OperatorSpec> {
  readonly createdMs: Millis;
  /** The version of the region when it was made. */
  readonly epoch: { readonly version: number; readonly confVer: number };
  readonly sizeMib: number;
  step: number;
  /** When its present step began. */
  stepMs: Millis;
  /** How and when it ended. */
  outcome: { readonly ending: Ending; readonly atMs: Millis } | undefined;
}

/** Whether it does not wait for what runs already: what people order, and what takes leaders off a store. */
export const isUrgent = ({ urgent, kind }: Pick<OperatorSpec, 'urgent' | 'kind'>): boolean => urgent === true || kind.startsWith('admin');

/** Whether an operator moves nothing but a leadership. */
export const isLeaderMove = ({ steps }: Pick<Operator, 'steps'>): boolean => steps.every(({ kind }) => kind === 'transfer-leader');

/** Where the first leader transfer of an operator goes. */
export function transferOf({ steps }: Pick<Operator, 'steps'>): { readonly from: number; readonly to: number } | undefined {
  const step = steps.find((each) => each.kind === 'transfer-leader');
  return step?.kind === 'transfer-leader' ? step : undefined;
}

/** How long it may take in all. */
export const timeoutMs = ({ steps, sizeMib }: Pick<Operator, 'steps' | 'sizeMib'>): Millis => steps.reduce((sum, step) => sum + stepTimeoutMs(step, sizeMib), 0);

/** Why it was made, as the log shows it. */
export const infoText = ({ info }: Pick<Operator, 'info'>): string => (Object.keys(info).length === 0 ? '' : JSON.stringify(info));

/** An operator as `/operators` and the log print it: Go's times of its making and of its start, and what became of it. */
export function operatorText(operator: Operator, { made, started, ended }: { readonly made: string; readonly started: string; readonly ended: string }): string {
  const { region, epoch, steps, step, sizeMib } = operator;
  const head = `${operator.scheduler} {${operator.brief}} (kind:${operator.kind}, region:${region.id}(${epoch.version}, ${epoch.confVer}), createAt:${made}, startAt:${started}`;
  const list = steps.map((each, n) => `${n}:{${stepText(each)}}`).join(', ');
  return `${head}, currentStep:${step}, size:${sizeMib}, steps:[${list}], timeout:[${goDuration(timeoutMs(operator))}])${ended ? ` ${ended}` : ''}`;
}
