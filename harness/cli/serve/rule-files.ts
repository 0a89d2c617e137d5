import { readFileSync } from 'node:fs';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { groupsOf, type RuleText } from '../../telemetry/rules/over-store.ts';
import { shownPath, userPath } from '../places.ts';

/** Reads rule files as the user named them; the first that is not there or is no rule file ends it. */
export function readRuleFiles(names: readonly string[]): Result<readonly RuleText[]> {
  const files: RuleText[] = [];
  for (const name of names) {
    const path = userPath(name);
    try {
      files.push({ file: shownPath(path), text: readFileSync(path, 'utf8') });
    } catch (error) {
      return failed('LAB_RULES', `the rule file ${name} cannot be read: ${(error as Error).message}`, 'name an existing file');
    }
  }
  const groups = groupsOf(files);
  return groups.ok ? ok(files) : groups;
}

/** Collects a flag that may be given again. */
export const collected = (value: string, before: readonly string[]): string[] => [...before, value];
