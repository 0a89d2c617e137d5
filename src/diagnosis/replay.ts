import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { canonicalJson, type Json } from '../kernel/json.ts';
import { failed, ok, type Result } from '../kernel/result.ts';
import { type Diagnosis, diagnosisSchema, type Diagnostician, type ToolObservation } from './contract.ts';

/** What a tape holds: the calls that were made, in order, and the diagnosis that they led to. */
interface Tape {
  readonly calls: readonly { readonly tool: string; readonly args: Json; readonly answer: string }[];
  readonly diagnosis: Diagnosis;
}

/**
 * Answers from a bundle's tape (`transcript.jsonl` and `history.jsonl`): the same calls are made on today's desk, so
 * that every citation is checked against what the desk shows now. Nothing is called that was not recorded.
 */
export function replay(path: string, fromDir: string): Diagnostician {
  const dir = resolve(fromDir, path);
  return {
    name: `replay:${path}`,
    fingerprint: () => `replay/1 ${path}`,
    ready: () => {
      const tape = readTape(dir);
      return tape.ok ? ok(undefined) : tape;
    },
    diagnose: async (_assignment, { desk, note }) => {
      const tape = readTape(dir);
      if (!tape.ok) return tape;
      let differing = 0;
      for (const { tool, args, answer } of tape.value.calls) {
        const shown = await desk.call(tool, args);
        if (canonicalJson(shown.answer) !== answer) differing++;
      }
      note({ kind: 'note', text: `replay: recorded answer, no model was called; ${differing} of ${tape.value.calls.length} tool answers differ from the tape` });
      return ok(tape.value.diagnosis);
    },
  };
}

function readTape(dir: string): Result<Tape> {
  const advice = 'Name a run bundle that holds a diagnosis.';
  for (const file of ['transcript.jsonl', 'history.jsonl']) {
    if (!existsSync(resolve(dir, file))) return failed('AGENT_UNAVAILABLE', `no tape at ${dir}: ${file} is missing`, advice);
  }
  const submitted = jsonLines(resolve(dir, 'history.jsonl')).find((event) => (event as { kind?: string }).kind === 'diagnosis-submitted') as { diagnosis?: unknown } | undefined;
  const diagnosis = diagnosisSchema.safeParse(submitted?.diagnosis);
  if (!diagnosis.success) return failed('AGENT_UNAVAILABLE', `the tape at ${dir} holds no diagnosis`, advice);
  const shown = jsonLines(resolve(dir, 'transcript.jsonl')).filter((entry) => (entry as { kind?: string }).kind === 'observation') as unknown as ToolObservation[];
  return ok({ diagnosis: diagnosis.data, calls: shown.map(({ tool, args, answer }) => ({ tool, args, answer: canonicalJson(answer ?? null) })) });
}

function jsonLines(path: string): object[] {
  return readFileSync(path, 'utf8').split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value] : [];
    } catch {
      // A line that a kill tore was never a call.
      return [];
    }
  });
}
