import { readFileSync } from 'node:fs';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { parseRuleFile } from '../../telemetry/rules/rule-file.ts';
import type { RuleGroup } from '../../telemetry/rules/rule.ts';
import { shownPath, userPath } from '../places.ts';

/** Groups without an interval are evaluated this often: the lab's runs last minutes, not days. */
const intervalMs = 15_000;

/** Reads rule files as the user named them; the first bad one ends it. */
export function readRuleFiles(names: readonly string[]): Result<readonly RuleGroup[]> {
  const groups: RuleGroup[] = [];
  for (const name of names) {
    const path = userPath(name);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      return failed('LAB_RULES', `the rule file ${name} cannot be read: ${(error as Error).message}`, 'name an existing file');
    }
    const parsed = parseRuleFile(text, { file: shownPath(path), intervalMs });
    if (!parsed.ok) return parsed;
    groups.push(...parsed.value);
  }
  return ok(groups);
}
