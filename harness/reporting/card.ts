import { formatSpan } from '../../src/kernel/units.ts';
import type { Bundle } from '../history/bundle.ts';
import { counted, signedSpan, virtualTime } from './format.ts';
import { momentsOf } from './moments.ts';
import { oneLine, plainDeep } from './plain.ts';
import { type Standing, standingOf } from './standing.ts';

/** One finished run, and where it was written. */
export interface CardInput {
  readonly bundle: Bundle;
  readonly bundlePath: string;
  readonly reportPath: string;
  readonly wallMs: number;
  readonly virtualMs: number;
}

/** What the terminal can show. */
export interface TerminalLooks {
  readonly colour: boolean;
  readonly unicode: boolean;
}

const columns = 80;
const codes: Record<Standing['class'], string> = { pass: '32', fail: '31', inconclusive: '33', error: '35', interrupted: '36' };

/** The card at the end of a run, for people: at most 5 lines for a pass, at most 14 for anything else. */
export function endCard(input: CardInput, looks: TerminalLooks): string {
  const bundle = plainDeep(input.bundle);
  const standing = standingOf(bundle.run);
  const lines = [...claims(bundle, standing), ...lost(bundle, standing), row('times', times(bundle, input)), row('agent', agent(bundle)), ...places(input, bundle)];
  const shown = standing.verdict === 'PASS' ? lines.filter(({ label }) => ['said', 'times', 'report', 'again'].includes(label)) : lines;
  const text = shown.map(({ label, text: told, whole }) => `  ${label.padEnd(9)} ${whole ? told : oneLine(told, columns - 12)}`);
  const card = `${[headOf(bundle, standing, looks), ...text].join('\n')}\n`;
  return looks.unicode ? card : inAscii(card);
}

interface Row {
  readonly label: string;
  readonly text: string;
  /** Paths and commands are for copying, so they are never cut. */
  readonly whole?: boolean;
}

const row = (label: string, text: string, whole = false): Row => ({ label, text, whole });

function headOf({ run }: Bundle, standing: Standing, looks: TerminalLooks): string {
  const word = `${looks.unicode ? standing.glyph : standing.ascii} ${standing.verdict}`;
  const painted = looks.colour ? `\u001b[1;${codes[standing.class] ?? '0'}m${word}\u001b[0m` : word;
  const score = standing.score === null ? '' : `   ${standing.score}/100`;
  const state = run.state === 'scored' ? '' : `   ${run.state}`;
  return `${painted}  ${run.scenario.id}   seed ${run.seed}${score}${state}`;
}

function claims({ run }: Bundle, standing: Standing): Row[] {
  const card = run.scorecard;
  const failure = card?.failureClass ? `${card.failureClass}: ` : '';
  const because = row('because', `${failure}${card?.because || run.because || 'no reason was recorded'}`);
  if (!card || (standing.verdict !== 'PASS' && standing.verdict !== 'FAIL')) return [because];
  return [row('said', card.said), row('expected', card.expected), because];
}

/** The four dearest losses; the page has them all. */
function lost({ run }: Bundle, standing: Standing): Row[] {
  if (standing.verdict !== 'FAIL') return [];
  const losses = (run.scorecard?.criteria ?? [])
    .map((line) => ({ ...line, loss: line.earned === null ? 0 : Number((line.possible - line.earned).toFixed(1)) }))
    .filter((line) => line.loss > 0)
    .toSorted((a, b) => b.loss - a.loss);
  const more = losses.length > 4 ? [row('', `… and ${counted(losses.length - 4, 'smaller loss')}`.replace('losss', 'losses'))] : [];
  return [...losses.slice(0, 4).map((line, i) => row(i === 0 ? 'lost' : '', `-${String(line.loss).padEnd(3)} ${line.name}  ${line.reason}`)), ...more];
}

function times(bundle: Bundle, input: CardInput): string {
  const moments = momentsOf(bundle);
  const since = (word: string, atMs: number | undefined) =>
    atMs === undefined ? [] : [moments.faultFromMs === undefined ? `${word} v ${virtualTime(atMs - moments.startMs)}` : `${word} ${signedSpan(atMs - moments.faultFromMs)}`];
  const fault = moments.faultFromMs === undefined ? [] : [`fault v ${virtualTime(moments.faultFromMs - moments.startMs)}`];
  return [...fault, ...since('detected', moments.detectedMs), ...since('diagnosed', moments.diagnosisToMs), `v ${formatSpan(input.virtualMs)}`, `w ${formatSpan(input.wallMs)}`].join(' · ');
}

function agent(bundle: Bundle): string {
  const { name, fingerprint } = bundle.run.diagnostician;
  return `${name} (${oneLine(fingerprint, 34)}) · ${counted(momentsOf(bundle).toolCalls, 'tool call')}`;
}

function places(input: CardInput, { run }: Bundle): Row[] {
  const digest = run.digest ? [row('digest', run.digest.slice(0, 16))] : [];
  return [...digest, row('report', oneLine(input.reportPath), true), row('again', `npx lab run ${run.scenario.id} --seed ${run.seed}`, true)];
}

const ascii: Record<string, string> = { '·': '-', '→': '->', '…': '...', '≈': '~', '≠': '!=', '≤': '<=', '≥': '>=', '±': '+-', '×': 'x', '–': '-' };

/** For terminals without Unicode: the usual signs get their plain form, anything else a question mark. */
function inAscii(text: string): string {
  return text.replace(/[^\x20-\x7e\n]/gu, (char) => (char === '\u001b' ? char : (ascii[char] ?? '?')));
}
