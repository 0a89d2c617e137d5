import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import { answerSchema, type Bundle, runSchema, type SignalSeries, type TranscriptEntry } from './bundle.ts';
import { type HistoryEvent, historyEventSchema } from './events.ts';

/**
 * Reads a bundle, whole or cut short by a kill: a last line that was only half written is left out,
 * and files that do not exist yet are empty.
 */
export function readBundle(dir: string): Result<Bundle> {
  const runPath = join(dir, 'run.json');
  if (!existsSync(runPath)) return failed('LAB_NOT_A_BUNDLE', `${dir} is not a run bundle: it has no run.json`, 'Name a folder below reports/runs.');
  const run = parsed(runPath, runSchema);
  if (!run.ok) return run;
  const answer = existsSync(join(dir, 'answer.json')) ? parsed(join(dir, 'answer.json'), answerSchema) : ok(null);
  if (!answer.ok) return answer;
  const history = lines(join(dir, 'history.jsonl')).map((line) => historyEventSchema.safeParse(line));
  const broken = history.findIndex((event) => !event.success);
  if (broken >= 0) return failed('LAB_BUNDLE_BROKEN', `${join(dir, 'history.jsonl')}:${broken + 1} is not an event of this version`);
  return ok({
    run: run.value,
    answer: answer.value,
    history: history.flatMap((event): HistoryEvent[] => (event.success ? [event.data] : [])),
    transcript: lines(join(dir, 'transcript.jsonl')) as TranscriptEntry[],
    signals: existsSync(join(dir, 'signals.json')) ? (JSON.parse(readFileSync(join(dir, 'signals.json'), 'utf8')) as SignalSeries[]) : [],
  });
}

function parsed<T>(path: string, schema: z.ZodType<T>): Result<T> {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return failed('LAB_BUNDLE_BROKEN', `${path} is not JSON: ${(error as Error).message}`);
  }
  const result = schema.safeParse(raw);
  if (result.success) return ok(result.data);
  const issue = result.error.issues[0];
  return failed('LAB_BUNDLE_BROKEN', `${path} is not of this version: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

function lines(path: string): unknown[] {
  if (!existsSync(path)) return [];
  const texts = readFileSync(path, 'utf8').split('\n').filter((text) => text !== '');
  return texts.flatMap((text, index) => {
    try {
      return [JSON.parse(text) as unknown];
    } catch (error) {
      // Only the last line may be torn by a kill; a torn line elsewhere is damage that must be seen.
      if (index === texts.length - 1) return [];
      throw error;
    }
  });
}
