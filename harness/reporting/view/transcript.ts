import type { Evidence } from '../../../src/diagnosis/contract.ts';
import { type Bundle, submittedDiagnosis, type TranscriptEntry } from '../../history/bundle.ts';
import { virtualTime } from '../format.ts';
import { capped, oneLine } from '../plain.ts';
import type { Moments } from '../moments.ts';
import { type Markup, element } from '../markup.ts';
import { type Chip, chipsOf } from './evidence.ts';
import { shownJson } from './json-lines.ts';

/** One entry of the transcript as the page shows it. */
export interface TranscriptRow {
  readonly id: string;
  readonly what: string;
  readonly first: string;
  readonly at: string;
  readonly refused: boolean;
  /** Cited entries are open from the start. */
  readonly open: boolean;
  readonly chips: readonly Chip[];
  readonly args: Markup | '';
  readonly body: Markup;
  readonly cut: string;
  readonly usage: string;
}

/** Everything that was asked, shown and thought, in order. */
export function transcriptView(bundle: Bundle, moments: Moments) {
  const cited = submittedDiagnosis(bundle)?.evidence ?? [];
  const rows = bundle.transcript.map((entry, i): TranscriptRow => (entry.kind === 'observation' ? observationRow(bundle, entry, { cited, startMs: moments.startMs }) : noteRow(entry, i)));
  const calls = bundle.transcript.filter((entry) => entry.kind === 'observation').length;
  return { rows, sentence: `${rows.length} entries, ${calls} of them tool answers, kept as they were shown.`, any: rows.length > 0 };
}

function observationRow(bundle: Bundle, entry: Extract<TranscriptEntry, { kind: 'observation' }>, { cited, startMs }: { cited: readonly Evidence[]; startMs: number }): TranscriptRow {
  const here = cited.filter((each) => each.observation === entry.id);
  const chips = chipsOf(bundle, here.map((each) => each.id));
  const citations = here.map((each, i) => ({ id: each.id, pointer: pointerOf(each), check: chips[i]?.check ?? 'unchecked' }));
  const { body, cut } = shownJson(entry.answer, citations, entry.id);
  return {
    id: entry.id, what: `${entry.id} ${entry.tool}`, first: tellingArgument(entry.args), at: `v ${virtualTime(entry.atMs - startMs)}`,
    refused: !entry.ok, open: chips.some((chip) => chip.check !== 'matches'), chips, args: shownJson(entry.args, [], '').body, body, cut, usage: '',
  };
}

const pointerOf = ({ path }: Evidence): string => (path === undefined || path === '/' ? '' : path.startsWith('/') ? path : `/${path}`);

function noteRow(entry: Exclude<TranscriptEntry, { kind: 'observation' }>, i: number): TranscriptRow {
  const { text, cut } = capped(entry.text);
  const cost = entry.usage?.costUsd === undefined ? '' : `, $${entry.usage.costUsd.toFixed(3)}`;
  const usage = entry.usage ? `${entry.usage.inputTokens} in / ${entry.usage.outputTokens} out${cost}` : '';
  return { id: `note-${i + 1}`, what: entry.kind, first: oneLine(entry.text, 110), at: '', refused: false, open: false, chips: [], args: '', body: element('span', {}, text), cut, usage };
}

/** The argument that tells most: the longest text among them, else the first of any kind. */
function tellingArgument(args: unknown): string {
  if (args === null || typeof args !== 'object') return '';
  const values: unknown[] = Object.values(args);
  const texts = values.filter((value) => typeof value === 'string').toSorted((a, b) => b.length - a.length);
  const chosen = texts[0] ?? values[0];
  return chosen === undefined ? '' : oneLine(typeof chosen === 'string' ? chosen : JSON.stringify(chosen), 110);
}
