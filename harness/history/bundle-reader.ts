import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import { answerSchema, type Bundle, runSchema, type SignalSeries, type TranscriptEntry } from './bundle.ts';
import { historyEventSchema } from './events.ts';
import { bundleDocuments, upgraded, type Versioned } from './versions.ts';

const restore = 'Restore the file, or run the scenario again; the seed gives the same bundle.';
const usage = z.looseObject({ inputTokens: z.number(), outputTokens: z.number() });
/** No more is checked than readers rely on: what an agent was shown may have any shape. */
const entrySchema = z.union([
  z.looseObject({ kind: z.literal('observation'), id: z.string(), tool: z.string(), args: z.unknown(), atMs: z.number(), ok: z.boolean(), answer: z.unknown() }),
  z.looseObject({ kind: z.enum(['thought', 'turn', 'note']), text: z.string(), usage: usage.optional() }),
]) as unknown as z.ZodType<TranscriptEntry>;
const point = z.tuple([z.number(), z.number()]);
const signalsSchema = z.array(z.looseObject({ id: z.string(), title: z.string(), unit: z.string(), lines: z.array(z.object({ name: z.string(), points: z.array(point) })) })) as unknown as z.ZodType<SignalSeries[]>;

/**
 * Reads a bundle, whole or cut short by a kill: a last line that was only half written is left out,
 * and files that do not exist yet are empty.
 */
export function readBundle(dir: string): Result<Bundle> {
  const runPath = join(dir, 'run.json');
  if (!existsSync(runPath)) return failed('LAB_NOT_A_BUNDLE', `${dir} is not a run bundle: it has no run.json`, 'Name a folder below reports/runs.');
  const run = parsed(runPath, runSchema, bundleDocuments.run);
  if (!run.ok) return run;
  const answer = existsSync(join(dir, 'answer.json')) ? parsed(join(dir, 'answer.json'), answerSchema, bundleDocuments.answer) : ok(null);
  if (!answer.ok) return answer;
  const history = lines(join(dir, 'history.jsonl'), historyEventSchema);
  if (!history.ok) return history;
  const transcript = lines(join(dir, 'transcript.jsonl'), entrySchema);
  if (!transcript.ok) return transcript;
  const signals = existsSync(join(dir, 'signals.json')) ? parsed(join(dir, 'signals.json'), signalsSchema) : ok([]);
  if (!signals.ok) return signals;
  return ok({
    run: run.value,
    answer: answer.value,
    history: history.value,
    transcript: transcript.value,
    signals: signals.value,
  });
}

function parsed<T>(path: string, schema: z.ZodType<T>, versioned?: Versioned): Result<T> {
  const read = textOf(path);
  if (!read.ok) return read;
  const raw = jsonOrUndefined(read.value);
  if (raw === undefined) return failed('LAB_BUNDLE_BROKEN', `${path} is not whole JSON`, restore);
  const present = versioned === undefined ? ok(raw) : upgraded(raw, versioned);
  if (!present.ok) return { ok: false, failure: { ...present.failure, because: `${path} cannot be read: ${present.failure.because}` } };
  const result = schema.safeParse(present.value);
  if (result.success) return ok(result.data);
  const issue = result.error.issues[0];
  return failed('LAB_BUNDLE_BROKEN', `${path} is not of this version: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(), restore);
}

/** Only the last line may be torn by a kill; a torn or foreign line elsewhere is damage that must be seen. */
function lines<T>(path: string, schema: z.ZodType<T>): Result<T[]> {
  if (!existsSync(path)) return ok([]);
  const read = textOf(path);
  if (!read.ok) return read;
  const texts = read.value.split('\n').filter((text) => text !== '');
  const values: T[] = [];
  for (const [index, text] of texts.entries()) {
    const value = schema.safeParse(jsonOrUndefined(text));
    if (value.success) values.push(value.data);
    else if (index < texts.length - 1 || jsonOrUndefined(text) !== undefined) return failed('LAB_BUNDLE_BROKEN', `${path}:${index + 1} is damaged, or not of this version`, restore);
  }
  return ok(values);
}

function textOf(path: string): Result<string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return failed('LAB_BUNDLE_BROKEN', `${path} cannot be read: ${(error as Error).message}`);
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
