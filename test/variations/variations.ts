import type { Script } from '../../harness/clusters/recorded/recording-form.ts';
import { incidentFile } from '../../harness/clusters/recorded/recording-form.ts';
import { parseControlRow, formatControlRow } from '../../harness/clusters/recorded/control-row.ts';
import { parseLogTime } from './log-time.ts';
import { scrapedLessOften, shiftedMetrics, withoutScrapesBefore, withoutTargets } from './metrics-text.ts';
import type { Texts } from './texts.ts';

/** Changes what was recorded without changing what happened; `rename` says what a node is called afterwards. */
export interface Variation {
  readonly name: string;
  readonly apply: (texts: Texts, script: Script) => Texts;
  readonly rename?: (component: string) => string;
}

const hourMs = 3_600_000;

/** Ends the recording so long after the fault began. */
export const cutAfter = (seconds: number): Variation => ({
  name: `ends ${seconds} s after the fault`,
  apply: (texts, { injectMs, endMs }) => ({ ...texts, span: { ...texts.span, endMs: Math.min(endMs, (injectMs ?? endMs) + seconds * 1000) } }),
});

/** Half of the quiet time was not recorded. */
export const shortQuiet: Variation = {
  name: 'half of the quiet time is missing',
  apply: (texts, { startMs, injectMs }) => {
    const fromMs = injectMs === undefined ? startMs : Math.round((startMs + injectMs) / 2);
    return withFile({ ...texts, span: { ...texts.span, startMs: fromMs } }, (name, text) => {
      if (name === incidentFile.metrics) return withoutScrapesBefore(text, fromMs);
      if (name === incidentFile.control) return asFirstAnswers(text, fromMs);
      return name.startsWith('logs/') ? linesFrom(text, fromMs) : text;
    });
  },
};

/** Nobody kept the log of this node. */
export const withoutLog = (node: string): Variation => ({ name: `no log of ${node}`, apply: (texts) => without(texts, (name) => name === incidentFile.log(node)) });

/** Nobody kept any log. */
export const withoutLogs: Variation = { name: 'no logs', apply: (texts) => without(texts, (name) => name.startsWith('logs/')) };

/** Nobody asked the control plane anything. */
export const withoutControlPlane: Variation = { name: 'no answers of the control plane', apply: (texts) => without(texts, (name) => name === incidentFile.control) };

/** Scrapes came so many times less often. */
export const sparse = (times: number): Variation => ({ name: `one scrape in ${times}`, apply: (texts) => withFile(texts, (name, text) => (name === incidentFile.metrics ? scrapedLessOften(text, times) : text)) });

/** Prometheus does not scrape this job. */
export const withoutJob = (job: string): Variation => ({ name: `no metrics of ${job}`, apply: (texts) => withFile(texts, (name, text) => (name === incidentFile.metrics ? withoutTargets(text, job) : text)) });

/** The same outage five hours later. */
export const later: Variation = {
  name: 'five hours later',
  apply: (texts) => {
    const by = 5 * hourMs;
    const { startMs, endMs } = texts.span;
    return withFile({ ...texts, span: { startMs: startMs + by, endMs: endMs + by } }, (name, text) => (name === incidentFile.metrics ? shiftedMetrics(text, by) : shiftedText(text, by)));
  },
};

/** Two nodes change their names, addresses and logs. */
export function swapped(a: string, b: string): Variation {
  const rename = (component: string): string => (component === a ? b : component === b ? a : component);
  return {
    name: `${a} is called ${b}`,
    rename,
    apply: (texts) => {
      const hostOf = (node: string): string => texts.inventory.find((each) => each.node === node)?.host ?? node;
      const words = new Map([[a, b], [b, a], [hostOf(a), hostOf(b)], [hostOf(b), hostOf(a)]]);
      const pattern = new RegExp(`(?<![\\w.-])(${[...words.keys()].map((word) => word.replaceAll('.', '\\.')).join('|')})(?![\\w-]|\\.\\d)`, 'g');
      const swap = (text: string): string => text.replace(pattern, (word) => words.get(word) ?? word);
      const files = [...texts.files].map(([name, text]) => [name.startsWith('logs/') ? incidentFile.log(rename(name.slice('logs/'.length).replace('.log', ''))) : name, swap(text)] as const);
      const inventory = texts.inventory.map(({ node, role, host }) => ({ node: rename(node), role, host: swap(host) })).sort((x, y) => (x.node < y.node ? -1 : 1));
      return { ...texts, inventory, files: new Map(files) };
    },
  };
}

const without = (texts: Texts, gone: (name: string) => boolean): Texts => ({ ...texts, files: new Map([...texts.files].filter(([name]) => !gone(name))) });
const withFile = (texts: Texts, change: (name: string, text: string) => string): Texts => ({ ...texts, files: new Map([...texts.files].map(([name, text]) => [name, change(name, text)])) });

/** What a recorder that begins later writes first: every answer that holds then, as of then. */
function asFirstAnswers(text: string, fromMs: number): string {
  const rows = text.split('\n').filter((line) => line !== '').map(parseControlRow);
  const held = new Map(rows.filter(({ t }) => t < fromMs).map((row) => [`${row.node} ${row.request}`, { ...row, t: fromMs }]));
  return [...held.values(), ...rows.filter(({ t }) => t >= fromMs)].map((row) => `${formatControlRow(row)}\n`).join('');
}

function linesFrom(text: string, fromMs: number): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => (parseLogTime(line) ?? -Infinity) >= fromMs);
  return first < 0 ? '' : lines.slice(first).join('\n');
}

/** Every instant in a text: stamps of logs and JSON, nanoseconds, milliseconds and seconds since 1970 that lie in the years of the recordings. */
function shiftedText(text: string, byMs: number): string {
  const stamp = (date: string, time: string, separator: string): string => {
    const at = new Date(Date.parse(`${date.replaceAll('/', '-')}T${time}Z`) + byMs).toISOString();
    const day = at.slice(0, 10);
    return `${separator === ' ' && date.includes('/') ? day.replaceAll('-', '/') : day}${separator}${at.slice(11, 19)}`;
  };
  return text
    .replace(/(\d{4}[/-]\d\d[/-]\d\d)([ T])(\d\d:\d\d:\d\d)/g, (_, date: string, separator: string, time: string) => stamp(date, time, separator))
    .replace(/(?<![\d.])(179\d{16}|179\d{10}|179\d{7})(?![\d])/g, (digits) => {
      const unit = BigInt(10) ** BigInt(digits.length - 13 + 3);
      return String(BigInt(digits) + (BigInt(byMs) * unit) / 1000n);
    });
}
