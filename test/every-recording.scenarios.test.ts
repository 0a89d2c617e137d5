import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chosenScenarios } from '../harness/cli/suite/flags.ts';
import type { Run } from '../harness/history/bundle.ts';
import { listScenarios } from '../harness/scenario/loader.ts';
import { rulesAreRight } from './rules-are-right.ts';

describe('recordings: rules is right', () => {
  // As a suite chooses them: no recording twice.
  const runs = rulesAreRight(chosenScenarios(undefined).filter(({ id }) => id.startsWith('recorded/')));

  it('the table of scenarios/recorded/README.md says what rules concluded', ({ skip }) => {
    const recorded = listScenarios().map(({ id }) => id).filter((id) => id.startsWith('recorded/'));
    if (recorded.some((id) => !runs.has(id))) return skip('only with all recordings');
    const readme = fileURLToPath(new URL('../scenarios/recorded/README.md', import.meta.url));
    const before = readFileSync(readme, 'utf8');
    const after = before.replace(/(<!-- rules-table:start -->\n)[\s\S]*(<!-- rules-table:end -->)/, `$1${tableOf(recorded, runs)}$2`);
    // LAB_BLESS=1 writes the table anew; the diff is the review.
    if (process.env['LAB_BLESS'] === '1') writeFileSync(readme, after);
    else expect(before).toBe(after);
  });
});

function tableOf(ids: readonly string[], runs: ReadonlyMap<string, Run>): string {
  const rows = ids.map((id) => {
    const card = runs.get(id)?.scorecard;
    return `| [${id.slice('recorded/'.length)}](${id.slice('recorded/'.length)}.yaml) | ${card?.expected} | ${card?.said} | ${card?.verdict === 'PASS' ? 'yes' : '**no**'} | ${card?.score === null ? '-' : Math.round(card?.score ?? 0)} |`;
  });
  return ['| recording | true | `rules` said | right | score |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}
