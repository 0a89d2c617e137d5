import { formatSpan } from '../../../src/kernel/units.ts';
import type { Bundle } from '../../history/bundle.ts';
import { signedSpan, virtualTime } from '../format.ts';
import type { Moments } from '../moments.ts';
import { stoodStill } from '../chart/timeline.ts';

/** One fact of the strip under the verdict, linked to the section that explains it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly href: string;
  /** Identifiers are set in a fixed pitch. */
  readonly mono: boolean;
}

/** What was run and how long things took; every duration is virtual and says so. */
export function factsView(bundle: Bundle, moments: Moments): Fact[] {
  const { run } = bundle;
  const { faultFromMs, detectedMs, diagnosisFromMs, diagnosisToMs } = moments;
  const since = (atMs: number | undefined) => (atMs === undefined ? 'none' : faultFromMs === undefined ? `v ${virtualTime(atMs - moments.startMs)}` : `${signedSpan(atMs - faultFromMs)} v`);
  return [
    fact('diagnostician', run.diagnostician.name, '#diagnosis', run.diagnostician.fingerprint),
    fact('seed', String(run.seed), '#scenario'),
    fact('cluster', run.cluster, '#scenario'),
    fact('duration', `${formatSpan(moments.endMs - moments.startMs)} v`, '#timeline'),
    fact('fault at', faultFromMs === undefined ? 'none' : `v ${virtualTime(faultFromMs - moments.startMs)}`, '#timeline'),
    fact('detected', since(detectedMs), '#timeline', moments.detectedBy ?? ''),
    fact(moments.gaveUp ? 'no answer' : 'diagnosed', since(diagnosisToMs), '#diagnosis', took(moments, diagnosisFromMs, diagnosisToMs)),
    fact('tool calls', String(moments.toolCalls), '#transcript', usage(bundle)),
    fact('digest', run.digest ? run.digest.slice(0, 12) : 'not sealed', '#downloads'),
  ];
}

const fact = (name: string, value: string, href: string, note = ''): Fact => ({ name, value, note, href, mono: name === 'digest' });

function took(moments: Moments, fromMs: number | undefined, toMs: number | undefined): string {
  if (fromMs === undefined || toMs === undefined) return '';
  return stoodStill(moments) ? 'clock stood still' : `took ${formatSpan(toMs - fromMs)} v`;
}

/** Tokens and cost, as the diagnostician reported them. */
function usage({ transcript }: Bundle): string {
  const used = transcript.flatMap((entry) => (entry.kind !== 'observation' && entry.usage ? [entry.usage] : []));
  if (used.length === 0) return '';
  const sum = (pick: (each: (typeof used)[number]) => number) => used.reduce((total, each) => total + pick(each), 0);
  const cost = sum((each) => each.costUsd ?? 0);
  const tokens = `${sum((each) => each.inputTokens)} in / ${sum((each) => each.outputTokens)} out`;
  return cost > 0 ? `${tokens}, $${cost.toFixed(3)}` : tokens;
}
