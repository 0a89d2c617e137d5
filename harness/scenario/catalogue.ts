import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import { nearest } from '../../src/kernel/text.ts';
import { formatProblems } from './format-problems.ts';
import type { Knowledge } from './knowledge.ts';
import { loadScenarioFile } from './load-file.ts';
import { scenariosRoot } from './places.ts';
import { hasErrors } from './problem.ts';
import type { Scenario } from './schema.ts';

/** A scenario file that exists; whether it is right is known after loading. */
export interface ScenarioEntry {
  /** `tikv/store-down`. */
  readonly id: string;
  /** Full path. */
  readonly file: string;
}

/** Every scenario file below a folder, by id. */
export function listScenarios(root: string = scenariosRoot): readonly ScenarioEntry[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => ({ id: file.split(path.sep).join('/').replace(/\.ya?ml$/, ''), file: path.join(root, file) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The scenario with this id, or with this last part of an id where it is the only one. A recording of the same name
 * does not count as another: it is asked for as `recorded/NAME`.
 */
export function findScenario(name: string, options: { readonly root?: string; readonly knowledge?: Knowledge } = {}): Result<Scenario> {
  const entry = findEntry(name, listScenarios(options.root));
  return entry.ok ? scenarioFromFile(entry.value.file, options.knowledge) : entry;
}

/** The scenario in a file, or one failure that shows every error in it. */
export function scenarioFromFile(file: string, knowledge: Knowledge = {}): Result<Scenario> {
  const { scenario, problems } = loadScenarioFile(file, knowledge);
  if (scenario !== undefined) return ok(scenario);
  return failed('LAB_SCENARIO_INVALID', formatProblems(problems.filter((problem) => hasErrors([problem]))));
}

/** The entry that a name means; a path as a shell completes it, `scenarios/tikv/store-down.yaml`, will do. */
export function findEntry(name: string, entries: readonly ScenarioEntry[]): Result<ScenarioEntry> {
  const id = name.replace(/^(?:\.\/)?scenarios\//, '').replace(/\.ya?ml$/, '');
  const exact = entries.find((entry) => entry.id === id);
  if (exact !== undefined) return ok(exact);
  const all = entries.filter((entry) => lastPart(entry.id) === name);
  const started = all.filter((entry) => !entry.id.startsWith('recorded/'));
  const named = started.length > 0 ? started : all;
  const [only] = named;
  if (only !== undefined && named.length === 1) return ok(only);
  if (named.length > 1) return failed('LAB_AMBIGUOUS_SCENARIO', `"${name}" is the name of ${named.length} scenarios`, `say which: ${named.map((entry) => entry.id).join(', ')}`);
  return failed('LAB_UNKNOWN_SCENARIO', `there is no scenario "${name}"`, adviceFor(name, entries));
}

function adviceFor(name: string, entries: readonly ScenarioEntry[]): string {
  if (/\.ya?ml$/.test(name)) return `a file that is not among them is run with --scenario-file ${name}`;
  const near = nearest(name, entries.map((entry) => entry.id)) ?? entries.find((entry) => lastPart(entry.id) === nearest(name, entries.map((other) => lastPart(other.id))))?.id;
  return near === undefined ? 'lab list names them all' : `did you mean ${near}? lab list names them all`;
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
