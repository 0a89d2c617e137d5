import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Question } from './drawn-expressions.ts';

/** A question about an odd corner of the language with what a Prometheus 3.5.3 answered: status, and body with an instant vector in order. */
export interface Corner {
  readonly question: Question;
  readonly answer: string;
}

/** Where the corners are, one JSON array a line: query, instant or range in seconds, answer. */
export const cornersFile = join(import.meta.dirname, 'corners.jsonl');

/** Every corner that was asked. */
export function corners(): Corner[] {
  return readFileSync(cornersFile, 'utf8').split('\n').filter(Boolean).map((line) => {
    const [query, when, answer] = JSON.parse(line) as [string, number | [number, number, number], string];
    if (typeof when === 'number') return { question: { query, atMs: when * 1_000 }, answer };
    const [startMs, endMs, stepMs] = when.map((seconds) => seconds * 1_000) as [number, number, number];
    return { question: { query, startMs, endMs, stepMs }, answer };
  });
}
