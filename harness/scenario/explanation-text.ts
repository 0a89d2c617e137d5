import type { Millis } from '../../src/kernel/clock.ts';
import { type Explanation, type ExplainedStrike, shortSpan } from './explanation.ts';

const columns = 100;
const labelWidth = 10;

/** An explanation for people. Its last line says that nothing was started. */
export function explanationText(explained: Explanation): string {
  return [
    `${explained.id}  ${explained.title}`,
    ...wrap(explained.story, columns - 2).map((line) => `  ${line}`),
    '',
    ...section('cluster', [clusterWords(explained)]),
    ...section('timeline', explained.timeline.map((step) => `${virtual(step.atMs).padEnd(8)}${step.what.padEnd(9)}${step.detail}`.trimEnd())),
    ...section('strikes', explained.strikes.map(strikeWords)),
    ...section('truth', truthWords(explained)),
    ...section('not', explained.truth.lookalikes.map((other) => `${other.component} ${other.kind}: ${other.ruledOutBy}`)),
    ...section('do', actionWords(explained)),
    ...section('notice', [noticeWords(explained)]),
    ...section('ask', [askWords(explained)]),
    '',
    'nothing was started',
    '',
  ].join('\n');
}

function section(label: string, paragraphs: readonly string[]): string[] {
  const hang = ' '.repeat(labelWidth + 2);
  const lines = paragraphs.flatMap((paragraph) => wrap(paragraph, columns - labelWidth).map((line, i) => (i === 0 ? line : `${hang}${line}`)));
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(labelWidth)}${line.startsWith(hang) ? line.slice(labelWidth) : line}`);
}

// Runs of blanks inside a line are columns and stay as they are.
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S)[ \n](?=\S)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function virtual(atMs: Millis): string {
  const seconds = Math.round(atMs / 1_000);
  return `v${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function clusterWords({ cluster }: Explanation): string {
  if (cluster.kind === 'recorded') return `recorded: ${cluster.recording ?? ''}, replayed by the clock`;
  const { load } = cluster;
  const sizes = Object.entries(cluster.roles).map(([role, count]) => `${count} ${role}`);
  const spares = Object.entries(cluster.spares ?? {}).map(([role, count]) => `room for ${count} more ${role}`);
  const traffic = load.shape === 'idle' ? 'idle' : `${load.ratePerSecond}/s, ${Math.round(load.reads * 100)} % reads, ${load.keys} keys, values of ${load.valueBytes} bytes${load.api === 'txn' ? ', in transactions' : ''}${load.transactions === undefined ? '' : `, ${load.transactions} transactions a second besides`}`;
  const regions = cluster.regions > 0 ? [`${cluster.regions} regions`] : [];
  return `${cluster.kind}: ${[...sizes, ...spares, ...regions].join(', ')}; load ${traffic}`;
}

const askWords = ({ diagnoseAfterMs }: Explanation): string => (diagnoseAfterMs === 'end' ? 'when everything is over' : `${shortSpan(diagnoseAfterMs)} after the first ticket, at the latest before the last revert`);

function strikeWords(strike: ExplainedStrike): string {
  const draws = Object.entries(strike.bySeed).map(([seed, struck]) => `${seed} ${struck.join(' ')}`);
  if (draws.length === 0) return `${strike.alias}: ${strike.chosen}`;
  return `${strike.alias}: one of ${strike.among.join(', ')}, drawn by the seed (seed ${draws.join(', ')})`;
}

function truthWords({ truth }: Explanation): string[] {
  const causes = truth.causes.map((cause) => {
    const also = cause.accept.map((other) => `${other.component} ${other.kind}`);
    const more = [cause.scope, cause.resource].flatMap((word) => (word === undefined ? [] : [` (${word})`])).join('');
    return `cause: ${cause.component} ${cause.kind}${more}${also.length > 0 ? `; also right: ${also.join(', ')}` : ''}`;
  });
  return [`verdict: ${truth.verdict}`, ...causes, ...truth.impact.map((effect) => `impact: ${effect.component}: ${effect.effect}`)];
}

function actionWords({ truth }: Explanation): string[] {
  return (['recommended', 'acceptable', 'harmful'] as const).flatMap((rank) => (truth.actions[rank].length > 0 ? [`${rank}: ${truth.actions[rank].join(', ')}`] : []));
}

function noticeWords({ detect, truth }: Explanation): string {
  if (detect) return `${detect.invariant} on ${detect.component}, within ${shortSpan(detect.withinMs)} of the injection`;
  return truth.verdict === 'healthy' ? 'no ticket should open' : 'no invariant is named';
}
