import { readFileSync } from 'node:fs';
import path from 'node:path';
import { draftOf } from './draft.ts';
import type { Knowledge } from './knowledge.ts';
import { displayPath, pathInScenarios, provenanceOf } from './places.ts';
import { excerptAt, hasErrors, type Finding, type Place, type Problem } from './problem.ts';
import { clustersOf, type Scenario, type ScenarioFile, scenarioSchema } from './schema.ts';
import { checkMeaning } from './semantics.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';
import { findingsOf } from './zod-findings.ts';

/** What reading one file gave; without errors among the problems there is a scenario. */
export interface Loaded {
  readonly scenario?: Scenario;
  readonly problems: readonly Problem[];
}

/** Reads and checks one scenario file and reports everything that is wrong with it at once. */
export function loadScenarioFile(file: string, knowledge: Knowledge = {}): Loaded {
  const read = readText(file);
  if (read.text === undefined) return { problems: [wholeFile(file, read.because)] };
  return loadScenarioText(read.text, { file, knowledge });
}

/** Checks a scenario that is already in memory, as if it stood in `file`. */
export function loadScenarioText(text: string, from: { readonly file: string; readonly knowledge?: Knowledge }): Loaded {
  const { file, knowledge = {} } = from;
  if (text.trim() === '') return { problems: [wholeFile(file, 'the file is empty', 'lab new NAME writes one to begin with')] };
  const source = parseYaml(text);
  const shown = displayPath(file);
  const problemAt = (place: Place, rest: Pick<Problem, 'severity' | 'message' | 'suggestion'>): Problem => ({ ...rest, ...place, file: shown, excerpt: excerptAt(text, place.line) });
  const syntax = source.faults.map(({ message, suggestion, ...place }) => problemAt(place, { severity: 'error', message, ...(suggestion === undefined ? {} : { suggestion }) }));
  const checked = source.readable ? checkData(source, { file, knowledge }) : { findings: [] };
  const found = checked.findings.map(({ path: at, spot, ...rest }) => problemAt(source.placeOf(at, spot), rest));
  const problems = inOrder([...syntax, ...found]);
  if (checked.value === undefined || hasErrors(problems)) return { problems };
  const clusters = clustersOf(checked.value);
  return { scenario: { ...checked.value, cluster: clusters[0], clusters, ...provenanceOf(file, checked.value.scenario), text }, problems };
}

function checkData(source: YamlSource, from: { file: string; knowledge: Knowledge }): { findings: Finding[]; value?: ScenarioFile } {
  const { data } = source;
  const parsed = scenarioSchema.safeParse(data);
  const refusal = parsed.success ? { findings: [], unusable: [] } : findingsOf(parsed.error.issues, { schema: scenarioSchema, data });
  const inside = pathInScenarios(from.file);
  const baseName = inside === undefined ? {} : { baseName: path.basename(inside).replace(/\.ya?ml$/, '') };
  const meaning = checkMeaning(draftOf(data, refusal.unusable), { ...baseName, knowledge: from.knowledge });
  return { findings: [...refusal.findings, ...meaning], ...(parsed.success ? { value: parsed.data } : {}) };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

function readText(file: string): { text: string } | { text?: undefined; because: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return { because: 'there is no such file' };
    if (code === 'EISDIR') return { because: 'this is a folder, not a scenario file' };
    return { because: code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'this is not UTF-8 text' : `the file cannot be read (${code})` };
  }
}

function wholeFile(file: string, message: string, suggestion?: string): Problem {
  return { severity: 'error', file: displayPath(file), line: 1, column: 1, length: 1, message, excerpt: [], ...(suggestion === undefined ? {} : { suggestion }) };
}
