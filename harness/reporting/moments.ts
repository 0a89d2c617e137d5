import type { Bundle } from '../history/bundle.ts';
import { eventsOf } from '../history/events.ts';

/** A stretch in which one fault acted; `toMs` is null when it was never reverted. */
export interface FaultWindow {
  readonly alias: string;
  readonly fault: string;
  readonly struck: readonly string[];
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly colour: string;
}

/** The instants of a run that every view measures from; undefined where the thing did not happen. */
export interface Moments {
  readonly startMs: number;
  readonly endMs: number;
  readonly faults: readonly FaultWindow[];
  readonly faultFromMs?: number;
  readonly detectedMs?: number;
  readonly detectedBy?: string;
  readonly diagnosisFromMs?: number;
  readonly diagnosisToMs?: number;
  /** True when the diagnostician ended without an answer. */
  readonly gaveUp: boolean;
  readonly convergedMs?: number;
  readonly toolCalls: number;
}

/** Finds those instants: the truth's windows when it is there, else what the history tells. */
export function momentsOf(bundle: Bundle): Moments {
  const { history, answer } = bundle;
  const faults = (answer?.faults.length ? answer.faults : windowsFrom(bundle)).map((fault) => ({ ...fault, fault: faultName(fault.fault, fault.label) })).toSorted((a, b) => a.fromMs - b.fromMs);
  const faultFromMs = faults[0]?.fromMs;
  const detected = detection(bundle, faultFromMs);
  const converged = eventsOf(history, 'converged').findLast((event) => event.converged);
  return {
    ...spanOf(bundle),
    faults,
    ...(faultFromMs === undefined ? {} : { faultFromMs }),
    ...(detected ? { detectedMs: detected.openedAtMs, detectedBy: detected.invariant } : {}),
    ...instant('diagnosisFromMs', eventsOf(history, 'diagnosis-started')[0]),
    ...instant('diagnosisToMs', history.find((event) => event.kind === 'diagnosis-submitted' || event.kind === 'diagnosis-failed')),
    gaveUp: history.some((event) => event.kind === 'diagnosis-failed') && !history.some((event) => event.kind === 'diagnosis-submitted'),
    ...instant('convergedMs', converged),
    toolCalls: eventsOf(history, 'tool-called').length,
  };
}

/** A killed run never wrote when it began and ended; then its events say it. */
function spanOf({ run, history }: Bundle): { startMs: number; endMs: number } {
  const instants = history.map((event) => event.atMs);
  const written = run.endMs > run.startMs;
  const startMs = written ? run.startMs : instants.reduce((a, b) => Math.min(a, b), instants[0] ?? run.startMs);
  return { startMs, endMs: instants.reduce((a, b) => Math.max(a, b), written ? run.endMs : startMs) };
}

function instant<K extends string>(key: K, event: { atMs: number } | undefined): Partial<Record<K, number>> {
  return event ? ({ [key]: event.atMs } as Record<K, number>) : {};
}

/** A recording is not a kind of fault: there the label says more. */
export const faultName = (fault: string, label: string): string => (fault === 'recorded' ? label : fault);

function windowsFrom({ history }: Bundle): (FaultWindow & { readonly label: string })[] {
  const reverts = eventsOf(history, 'fault-reverted');
  return eventsOf(history, 'fault-injected').map((event) => ({
    alias: event.alias, fault: event.fault, struck: event.struck, fromMs: event.atMs, colour: event.paint.colour,
    label: event.paint.label,
    toMs: reverts.find((revert) => revert.alias === event.alias && revert.atMs >= event.atMs)?.atMs ?? null,
  }));
}

/** The ticket that should have noticed, or else the first one after the fault; in a healthy run, the first at all. */
function detection({ history, answer }: Bundle, faultFromMs = -Infinity) {
  const after = eventsOf(history, 'ticket-opened').map((event) => event.ticket).filter((ticket) => ticket.openedAtMs >= faultFromMs);
  const wanted = answer?.detect;
  return after.find((ticket) => ticket.invariant === wanted?.invariant && ticket.component === wanted.component) ?? after[0];
}
