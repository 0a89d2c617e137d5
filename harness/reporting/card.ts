import { formatSpan } from '../../src/kernel/units.ts';
import type { Bundle } from '../history/bundle.ts';
import { againCommand, quoted } from './again.ts';
import { counted, signedSpan, virtualTime } from './format.ts';
import { momentsOf } from './moments.ts';
import { oneLine, plain, plainDeep } from './plain.ts';
import { type Standing, standingOf, stateWords } from './standing.ts';

/** One finished run, and where it was written. */
export interface CardInput {
  readonly bundle: Bundle;
  readonly bundlePath: string;
  readonly reportPath: string;
  /** Where a scenario from elsewhere lies for this terminal; a bundle keeps only the name of its file. */
  readonly scenarioPath?: string;
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
  // A card shows nothing of these two, which are most of a bundle.
  const bundle = plainDeep({ ...input.bundle, transcript: [], signals: [] });
  const standing = standingOf(bundle.run);
  const body = standing.verdict === 'PASS' ? passed(bundle) : [...claims(bundle, standing), ...lost(bundle, standing)];
  const agentRow = standing.verdict === 'PASS' ? [] : [row('agent', agent(bundle))];
  const rows = [...body, row('times', times(bundle, input)), ...agentRow, ...places(input, bundle)];
  const card = `${[headOf(bundle, standing, looks), ...rows.flatMap(written)].join('\n')}\n`;
  return looks.unicode ? card : inAscii(card);
}

/** A row is wrapped over at most `lines`; what does not fit is on the page. */
function written({ label, text, lines }: Row): string[] {
  return wrapped(text, lines).map((line, i) => `  ${(i === 0 ? label : '').padEnd(9)} ${line}`);
}

function wrapped(text: string, lines: number): string[] {
  const width = columns - 12;
  const line = oneLine(text);
  if (lines <= 1 || line.length <= width) return [lines === 0 ? line : oneLine(line, width)];
  const space = line.lastIndexOf(' ', width);
  const cut = space > width / 2 ? space : width;
  return [line.slice(0, cut), ...wrapped(line.slice(cut).trim(), lines - 1)];
}

interface Row {
  readonly label: string;
  readonly text: string;
  /** How many lines it may take; 0 for paths and commands, which are for copying and never cut. */
  readonly lines: number;
}

const row = (label: string, text: string, lines = 1): Row => ({ label, text, lines });

function headOf({ run }: Bundle, standing: Standing, looks: TerminalLooks): string {
  const word = `${looks.unicode ? standing.glyph : standing.ascii} ${standing.verdict}`;
  const painted = looks.colour ? `\u001b[1;${codes[standing.class] ?? '0'}m${word}\u001b[0m` : word;
  const score = standing.score === null ? '' : `   ${standing.score}/100`;
  const state = run.state === 'scored' ? '' : `   ${run.state}`;
  const digest = run.digest ? `   digest ${run.digest.slice(0, 12)}` : '';
  return `${painted}  ${run.scenario.id}   seed ${run.seed}${score}${state}${digest}`;
}

function claims({ run }: Bundle, standing: Standing): Row[] {
  const card = run.scorecard;
  const reason = card?.because || run.because || stateWords[run.state] || 'no reason was recorded';
  const failure = card?.failureClass && !reason.startsWith(card.failureClass) ? `${card.failureClass}: ` : '';
  const because = row('because', `${failure}${reason}`, 2);
  if (!card || (standing.verdict !== 'PASS' && standing.verdict !== 'FAIL')) return [because];
  return [row('said', card.said), row('expected', card.expected), because];
}

function passed(bundle: Bundle): Row[] {
  return [row('said', `${bundle.run.scorecard?.said ?? ''}, by ${bundle.run.diagnostician.name} in ${counted(momentsOf(bundle).toolCalls, 'tool call')}`)];
}

/** The four dearest losses; the page has them all. */
function lost({ run }: Bundle, standing: Standing): Row[] {
  if (standing.verdict !== 'FAIL') return [];
  const losses = (run.scorecard?.criteria ?? [])
    .map((line) => ({ ...line, loss: line.earned === null ? 0 : Number((line.possible - line.earned).toFixed(1)) }))
    .filter((line) => line.loss > 0)
    .toSorted((a, b) => b.loss - a.loss);
  const more = losses.length > 4 ? [row('', `and ${losses.length - 4} more, on the page`)] : [];
  return [...losses.slice(0, 4).map((line, i) => row(i === 0 ? 'lost' : '', `${`-${line.loss}`.padStart(4)} ${line.name}  ${line.reason}`)), ...more];
}

function times(bundle: Bundle, input: CardInput): string {
  const moments = momentsOf(bundle);
  const since = (word: string, atMs: number | undefined) =>
    atMs === undefined ? [] : [moments.faultFromMs === undefined ? `${word} v${virtualTime(atMs - moments.startMs)}` : `${word} ${signedSpan(atMs - moments.faultFromMs)}`];
  const fault = moments.faultFromMs === undefined ? [] : [`fault v${virtualTime(moments.faultFromMs - moments.startMs)}`];
  return [...fault, ...since('detected', moments.detectedMs), ...since(moments.gaveUp ? 'no answer' : 'diagnosed', moments.diagnosisToMs), `v${formatSpan(input.virtualMs)} in w${formatSpan(input.wallMs)}`].join(', ');
}

function agent(bundle: Bundle): string {
  const { name, fingerprint } = bundle.run.diagnostician;
  return `${name} (${oneLine(fingerprint, 34)}) · ${counted(momentsOf(bundle).toolCalls, 'tool call')}`;
}

function places(input: CardInput, { run }: Bundle): Row[] {
  return [row('report', plain(input.reportPath), 0), row('again', `${againCommand(input.scenarioPath === undefined ? run : { ...run, scenario: { ...run.scenario, file: input.scenarioPath } })}${chosen(run.diagnostician.name)}`, 0)];
}

/** Only `rules` needs no naming: anybody else would not be asked again without it. */
function chosen(diagnostician: string): string {
  const name = plain(diagnostician);
  return name === 'rules' ? '' : ` --diagnostician ${quoted(name)}`;
}

const ascii: Record<string, string> = { '·': '-', '→': '->', '…': '...', '≈': '~', '≠': '!=', '≤': '<=', '≥': '>=', '±': '+-', '×': 'x', '–': '-' };

/** For terminals without Unicode: the usual signs get their plain form, anything else a question mark. */
function inAscii(text: string): string {
  return text.replace(/[^\x20-\x7e\n]/gu, (char) => (char === '\u001b' ? char : (ascii[char] ?? '?')));
}
