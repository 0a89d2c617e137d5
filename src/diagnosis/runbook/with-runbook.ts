import { resolve } from 'node:path';
import { ok, type Result } from '../../kernel/result.ts';
import type { Diagnostician } from '../contract.ts';
import { rulesWith } from '../rules/rules.ts';
import { ownKnowledge } from './knowledge.ts';
import { loadRunbook } from './load.ts';

/** The rules with the cause files of a folder, or of one file, beside their own. */
export function rulesWithRunbook(path: string, fromDir: string): Result<Diagnostician> {
  const runbook = loadRunbook(resolve(fromDir, path));
  return runbook.ok ? ok({ ...rulesWith(ownKnowledge(runbook.value)), name: `rules:${path}` }) : runbook;
}
