import { LineCounter, parseDocument } from 'yaml';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import { RuleFileReader } from './rule-file-reader.ts';
import type { RuleGroup } from './rule.ts';

/** How to read a rule file. */
export interface RuleFileOptions {
  /** Its name in messages and in the API. */
  readonly file: string;
  /** Interval of groups that name none; default one minute, as in Prometheus. */
  readonly intervalMs?: Millis;
  /** Words that the vendor's deployment tool fills in, and what with; default `ENV_LABELS_ENV` with `lab`. */
  readonly placeholders?: Readonly<Record<string, string>>;
}

const vendorPlaceholders = { ENV_LABELS_ENV: 'lab' };
const maxFileLength = 4 * 1024 * 1024;

/** Reads a Prometheus rule file; every mistake is named with its line and column, and with one mistake nothing is loaded. */
export function parseRuleFile(text: string, { file, intervalMs = 60_000, placeholders = vendorPlaceholders }: RuleFileOptions): Result<readonly RuleGroup[]> {
  if (text.length > maxFileLength) return failed('LAB_RULES', `${file} is larger than ${maxFileLength} characters`, 'split it');
  const filled = Object.entries(placeholders).reduce((soFar, [word, value]) => soFar.replaceAll(word, value), text);
  const lines = new LineCounter();
  const document = parseDocument(filled, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => `${file}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
  const broken = document.errors.map((error) => `${place(error.pos[0])}: ${error.message}`);
  const reader = new RuleFileReader({ file, intervalMs, document, complain: (node, because) => broken.push(`${place(node?.range?.[0] ?? 0)}: ${because}`) });
  const groups = broken.length === 0 ? reader.groups() : [];
  return broken.length === 0 ? ok(groups) : failed('LAB_RULES', broken.slice(0, mostShown).join('\n'), broken.length > mostShown ? `${broken.length - mostShown} more after these` : undefined);
}

const mostShown = 20;
