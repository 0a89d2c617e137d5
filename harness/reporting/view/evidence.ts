import { atPointer } from '../../../src/kernel/json.ts';
import type { Diagnosis, Evidence } from '../../../src/diagnosis/contract.ts';
import { type Bundle, type EvidenceCheck, submittedDiagnosis } from '../../history/bundle.ts';
import { oneLine } from '../plain.ts';

const looks: Record<EvidenceCheck['check'], { glyph: string; word: string }> = {
  matches: { glyph: '✓', word: 'matches' },
  differs: { glyph: '≈', word: 'differs' },
  'not-found': { glyph: '✗', word: 'not found' },
  unchecked: { glyph: '·', word: 'not checked' },
};

/** A small link to one citation, with how it fared; it stands wherever a claim leans on evidence. */
export interface Chip {
  readonly id: string;
  readonly href: string;
  readonly check: EvidenceCheck['check'];
  readonly glyph: string;
  readonly word: string;
}

/** The chip of a citation; an id that the diagnosis never defined leads nowhere and says so. */
export function chipsOf({ run, history }: Bundle, ids: readonly string[]): Chip[] {
  const defined = new Set(submittedDiagnosis({ history })?.evidence.map((each) => each.id));
  return ids.map((id) => {
    const check = defined.has(id) ? (run.scorecard?.evidence.find((each) => each.id === id)?.check ?? 'unchecked') : 'not-found';
    return { id, href: defined.has(id) ? `#ev-${id}` : '#evidence', check, ...looks[check] };
  });
}

/** Every citation with its claim, what it points at, what it asserts, what is really there. */
export function evidenceView(bundle: Bundle) {
  const diagnosis = submittedDiagnosis(bundle);
  const cited = diagnosis?.evidence ?? [];
  const rows = cited.map((evidence) => evidenceRow(bundle, evidence));
  const count = (check: EvidenceCheck['check']) => rows.filter((row) => row.chip.check === check).length;
  const parts = [[count('matches'), 'hold', 'holds'], [count('differs'), 'differ', 'differs'], [count('not-found'), 'were not found', 'was not found'], [count('unchecked'), 'could not be checked', 'could not be checked']] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, many, one]) => `${n} ${n === 1 ? one : many}`).join(', ');
  return { rows, sentence: !diagnosis ? 'There is no diagnosis, so nothing is cited.' : rows.length === 0 ? 'The diagnosis cites nothing.' : `The lab checked ${rows.length === 1 ? 'one citation' : `${rows.length} citations`} against what was really shown: ${said}.` };
}

function evidenceRow(bundle: Bundle, evidence: Evidence) {
  const observation = bundle.transcript.find((entry) => entry.kind === 'observation' && entry.id === evidence.observation);
  const shown = observation?.kind === 'observation' ? observation : undefined;
  const check = bundle.run.scorecard?.evidence.find((each) => each.id === evidence.id);
  const found = check?.found ?? (shown && evidence.path !== undefined ? atPointer(shown.answer, evidence.path) : undefined);
  return {
    chip: chipsOf(bundle, [evidence.id])[0] as Chip,
    claim: evidence.claim,
    observation: evidence.observation,
    tool: shown ? shown.tool : 'never shown',
    // The transcript marks the cited value; a path that leads nowhere has no mark, so the link goes to the answer.
    href: shown ? (evidence.path !== undefined && atPointer(shown.answer, evidence.path) !== undefined ? `#${shown.id}-${evidence.id}` : `#${shown.id}`) : '',
    path: evidence.path ?? '',
    asserted: asserted(evidence),
    found: found === undefined ? 'nothing' : oneLine(typeof found === 'string' ? found : JSON.stringify(found), 160),
    reason: check?.reason ?? 'the lab did not judge this citation',
  };
}

const opWords: Record<NonNullable<Evidence['asserts']>['op'], string> = {
  eq: '=', ne: '≠', lt: '<', le: '≤', gt: '>', ge: '≥', approx: '≈', contains: 'contains', absent: 'is absent', exists: 'exists',
};

function asserted({ asserts }: Evidence): string {
  if (!asserts) return 'no value';
  const value = asserts.value === undefined ? '' : ` ${oneLine(String(asserts.value), 120)}`;
  const tolerance = asserts.op === 'approx' ? ` ± ${asserts.tolerance ?? '5 %'}` : '';
  return `${opWords[asserts.op]}${value}${tolerance}`;
}

/** The citations of a diagnosis that say when: the instant stands beside the value in a Prometheus answer. */
export function citedInstants(bundle: Bundle, diagnosis: Diagnosis | undefined) {
  return (diagnosis?.evidence ?? []).flatMap((evidence) => {
    const entry = bundle.transcript.find((each) => each.kind === 'observation' && each.id === evidence.observation);
    if (entry?.kind !== 'observation' || !evidence.path) return [];
    const sample = /^(\/.*)\/1$/.exec(evidence.path)?.[1];
    const second = sample === undefined ? undefined : atPointer(entry.answer, `${sample}/0`);
    const metric = atPointer(entry.answer, evidence.path.replace(/\/values?\/.*$/, '/metric'));
    if (typeof second !== 'number') return [];
    return [{ id: evidence.id, observation: entry.id, atMs: second * 1000, labels: labelValues(metric) }];
  });
}

function labelValues(metric: unknown): string[] {
  return metric !== null && typeof metric === 'object' ? Object.values(metric).filter((value) => typeof value === 'string') : [];
}
