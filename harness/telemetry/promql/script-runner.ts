import { LabelSet } from '../labels.ts';
import { MetricStore } from '../store.ts';
import type { Expr } from './ast.ts';
import { queryInstant, queryRange, type Answer } from './engine.ts';
import { parsePromDuration, unquote } from './literals.ts';
import { parsePromql } from './parse.ts';
import { expandValues, parseSeriesName, toNumber, type NotedSample } from './series-notation.ts';

/** How the evaluations of a script went. */
export interface ScriptOutcome {
  passed: number;
  /** Needs what this engine leaves out: native histograms, experimental syntax. */
  skipped: number;
  readonly failures: string[];
}

interface Evaluation {
  readonly line: number;
  readonly expr: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  /** Asked at `endMs` alone, although samples from `startMs` on are expected. */
  readonly raw?: true;
  readonly expectations: string[];
  readonly results: string[];
}

/** Runs one of Prometheus' test scripts (`load`, `clear`, `eval instant`, `eval range`, `expect …`). */
export function runScript(text: string): ScriptOutcome {
  const outcome: ScriptOutcome = { passed: 0, skipped: 0, failures: [] };
  let world = { floats: new MetricStore(), natives: new MetricStore() };
  for (const block of blocksOf(text)) {
    const [command = ''] = block.lines;
    if (/^clear/i.test(command)) world = { floats: new MetricStore(), natives: new MetricStore() };
    else if (/^load/i.test(command)) loadBlock(world, block.lines);
    else if (/^eval/i.test(command)) judge(evaluationOf(block), world, outcome);
    else throw new Error(`line ${block.line}: unknown command ${command}`);
  }
  return outcome;
}

interface Block {
  readonly line: number;
  readonly lines: string[];
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open = false;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim().replace(/^#.*$/, '');
    if (line === '') open = false;
    else if (open && !/^(load|eval|clear)\b/i.test(line)) blocks.at(-1)?.lines.push(line);
    else {
      blocks.push({ line: index + 1, lines: [line] });
      open = true;
    }
  });
  return blocks;
}

function loadBlock({ floats, natives }: { floats: MetricStore; natives: MetricStore }, [command = '', ...lines]: readonly string[]): void {
  const stepMs = parsePromDuration(command.split(/\s+/)[1] ?? '') ?? NaN;
  for (const line of lines) {
    const [, name = '', values = ''] = seriesLine.exec(line) ?? [];
    const labels = parseSeriesName(name);
    // Such a load also makes native histograms of the classic ones, under their base name.
    if (/^load_with_nhcb/i.test(command)) natives.append({ ...labels, le: '', __name__: (labels.__name__ ?? '').replace(/_(bucket|sum|count)$/, '') }, 0, 0);
    if (values.includes('{{')) {
      natives.append(labels, 0, 0);
      continue;
    }
    expandValues(values).forEach((sample, i) => {
      if (sample !== undefined) floats.append(labels, i * stepMs, sample);
    });
  }
}

/** A series with its values; quotes may hold spaces and braces. */
const seriesLine = /^((?:[\w:.]+)?(?:\{(?:[^"'}]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*\})?)\s+(.*)$/;

const rangeVector = /^expect range vector from (\S+) to (\S+) step (\S+)/m;

function evaluationOf({ line, lines: [command = '', ...rest] }: Block): Evaluation {
  const ms = (text: string | undefined) => (text?.startsWith('-') ? -(parsePromDuration(text.slice(1)) ?? NaN) : (parsePromDuration(text ?? '') ?? NaN));
  const legacy = /^eval_(fail|warn|info|ordered)/i.exec(command)?.[1];
  const expectations = [...(legacy ? [`expect ${legacy}`] : []), ...rest.filter((each) => /^expect(ed)?[ _]/.test(each))];
  const results = rest.filter((each) => !/^expect(ed)?[ _]/.test(each));
  const window = rangeVector.exec(expectations.join('\n'));
  const instant = /^eval\S*\s+instant\s+at\s+(\S+)\s+(.*)$/i.exec(command);
  // A range vector is asked for at an instant, and its samples lie on the grid that the expectation names.
  if (instant && window) return { line, expr: instant[2] ?? '', startMs: ms(window[1]), endMs: ms(window[2]), stepMs: ms(window[3]), raw: true, expectations, results };
  if (instant) return { line, expr: instant[2] ?? '', startMs: ms(instant[1]), endMs: ms(instant[1]), stepMs: 0, expectations, results };
  const [, from, to, step, expr = ''] = /^eval\S*\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.*)$/i.exec(command) ?? [];
  return { line, expr, startMs: ms(from), endMs: ms(to), stepMs: ms(step), expectations, results };
}

function judge(evaluation: Evaluation, { floats, natives }: { floats: MetricStore; natives: MetricStore }, outcome: ScriptOutcome): void {
  if (evaluation.results.some((line) => line.includes('{{'))) return void outcome.skipped++;
  const problem = verdict(evaluation, floats, natives);
  if (problem === 'skip') outcome.skipped++;
  else if (problem === undefined) outcome.passed++;
  else outcome.failures.push(`line ${evaluation.line}: ${evaluation.expr}: ${problem}`);
}

function verdict(evaluation: Evaluation, floats: MetricStore, natives: MetricStore): string | undefined {
  const mustFail = evaluation.expectations.some((line) => /fail/.test(line));
  try {
    if (touches(parsePromql(evaluation.expr), natives)) return 'skip';
    const answer = ask(evaluation, floats);
    return mustFail ? 'succeeded, but must fail' : (compareNotes(evaluation, answer) ?? compareResults(evaluation, answer));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/experimental|is not enabled/.test(message)) return 'skip';
    return mustFail ? undefined : `failed: ${message}`;
  }
}

function touches(expr: Expr, natives: MetricStore): boolean {
  if (expr.kind === 'selector' || expr.kind === 'range') return natives.select(expr.matchers).length > 0;
  const children: readonly (Expr | undefined)[] =
    expr.kind === 'binary' ? [expr.left, expr.right] : expr.kind === 'call' ? expr.args : expr.kind === 'aggregate' ? [expr.expr, expr.param] : 'expr' in expr ? [expr.expr] : [];
  return children.some((child) => child && touches(child, natives));
}

const ask = ({ expr, startMs, endMs, stepMs, raw }: Evaluation, store: MetricStore): Answer =>
  stepMs === 0 || raw ? queryInstant(store, expr, { atMs: endMs }) : queryRange(store, expr, { startMs, endMs, stepMs });

function compareNotes({ expectations }: Evaluation, { warnings, infos }: Answer): string | undefined {
  for (const [kind, notes] of [['warn', warnings], ['info', infos]] as const) {
    if (expectations.some((line) => line.includes(`expect no_${kind}`)) && notes.length > 0) return `unwanted ${kind}: ${notes[0]}`;
    if (expectations.some((line) => new RegExp(`expect ${kind}\\b`).test(line)) && notes.length === 0) return `no ${kind}`;
  }
  return undefined;
}

function compareResults({ results, startMs, stepMs, expectations }: Evaluation, answer: Answer): string | undefined {
  if (answer.kind === 'string') {
    const want = unquote(/^expect string (.*)$/m.exec(expectations.join('\n'))?.[1] ?? '');
    return answer.text === want ? undefined : `got ${JSON.stringify(answer.text)}, want ${JSON.stringify(want)}`;
  }
  const [only] = results;
  if (answer.kind === 'scalar') return results.length === 1 && only && near(answer.point.value, toNumber(only)) ? undefined : `got ${answer.point.value}, want ${only}`;
  const wanted = results.map(expectedSeries);
  if (wanted.length !== answer.series.length) return `got ${answer.series.length} series, want ${wanted.length}`;
  const ordered = expectations.some((line) => line.includes('ordered'));
  for (const [i, { labels, points }] of answer.series.entries()) {
    const want = ordered ? wanted[i] : wanted.find(({ key }) => key === labels.key);
    if (!want || want.key !== labels.key) return `unexpected series ${JSON.stringify(labels.toObject())}`;
    const got = new Map(points.map(({ atMs, value }) => [stepMs === 0 ? 0 : (atMs - startMs) / stepMs, value]));
    const samples = want.samples.filter((sample) => sample !== undefined).length;
    if (got.size !== samples || want.samples.some((sample, step) => typeof sample === 'number' && !near(got.get(step) ?? 'missing', sample))) {
      return `${JSON.stringify(labels.toObject())}: got ${JSON.stringify([...got])}, want ${want.samples.join(' ')}`;
    }
  }
  return undefined;
}

function expectedSeries(line: string): { readonly key: string; readonly samples: readonly NotedSample[] } {
  if (!/^[{A-Za-z_:]/.test(line) || /^(NaN|Inf)\s*$/i.test(line)) return { key: '', samples: expandValues(line) };
  const [, name = '', values = ''] = seriesLine.exec(line) ?? [];
  return { key: LabelSet.from(parseSeriesName(name === '' ? '{}' : name)).key, samples: expandValues(values) };
}

/** Equal up to a millionth, as upstream's own runner compares; zero only equals zero. */
function near(got: number | 'missing', want: number): boolean {
  if (got === 'missing') return false;
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return true;
  return Number.isFinite(got) && got !== 0 && want !== 0 && Math.abs(got - want) / (Math.abs(got) + Math.abs(want)) < 1e-6;
}
