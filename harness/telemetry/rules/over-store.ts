import { ok, type Result } from '../../../src/kernel/result.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import type { MetricStore } from '../store.ts';
import { RuleEngine } from './rule-engine.ts';
import { parseRuleFile } from './rule-file.ts';
import type { RuleGroup } from './rule.ts';

/** A rule file as it was read: its name in messages and in the API, and what is in it. */
export interface RuleText {
  readonly file: string;
  readonly text: string;
}

/** Groups without an interval are evaluated this often: the lab's runs last minutes, not days. */
const intervalMs: Millis = 15_000;

/** The groups of some rule files; the first bad one ends it. */
export function groupsOf(files: readonly RuleText[]): Result<readonly RuleGroup[]> {
  const groups: RuleGroup[] = [];
  for (const { file, text } of files) {
    const parsed = parseRuleFile(text, { file, intervalMs });
    if (!parsed.ok) return parsed;
    groups.push(...parsed.value);
  }
  return ok(groups);
}

/** Rule files at work over a store from an instant on; nothing where there are none. */
export function rulesOver(store: MetricStore, files: readonly RuleText[], fromMs: Millis): Result<RuleEngine | undefined> {
  if (files.length === 0) return ok(undefined);
  const groups = groupsOf(files);
  return groups.ok ? ok(new RuleEngine(store, { groups: groups.value, fromMs })) : groups;
}
