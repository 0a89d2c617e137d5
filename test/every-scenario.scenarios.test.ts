import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { chosenScenarios } from '../harness/cli/suite/flags.ts';
import type { Run } from '../harness/history/bundle.ts';
import { perform } from '../harness/lab.ts';
import { listScenarios } from '../harness/scenario/loader.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';

/** Scenarios that `rules` gets wrong today, with the reason. An entry whose scenario comes out right fails: take it out. */
const knownMisses: Readonly<Record<string, string>> = {};

const out = mkdtempSync(join(tmpdir(), 'scenarios-'));
const runs = new Map<string, Run>();
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('scenarios: rules is right with seed 1', () => {
  // As a suite chooses them: on clusters that cost no wall time, no recording twice.
  for (const scenario of chosenScenarios(undefined)) {
    const { id } = scenario;
    const known = knownMisses[id];
    it(known === undefined ? id : `${id} (known miss: ${known})`, async () => {
      const { bundle } = await perform({ scenario, seed: 1, diagnostician: rules, outDir: join(out, id.replace('/', '-')) });
      runs.set(id, bundle.run);
      const { state, scorecard } = bundle.run;
      const outcome = { state, verdict: scorecard?.verdict, said: scorecard?.said, because: scorecard?.because };
      expect(outcome).toMatchObject({ state: 'scored', verdict: known === undefined ? 'PASS' : 'FAIL' });
    });
  }

  it('the table of scenarios/recorded/README.md says what rules concluded', ({ skip }) => {
    const recorded = listScenarios().map(({ id }) => id).filter((id) => id.startsWith('recorded/'));
    if (recorded.some((id) => !runs.has(id))) return skip('only with all recordings');
    const readme = fileURLToPath(new URL('../scenarios/recorded/README.md', import.meta.url));
    const before = readFileSync(readme, 'utf8');
    const after = before.replace(/(<!-- rules-table:start -->\n)[\s\S]*(<!-- rules-table:end -->)/, `$1${tableOf(recorded)}$2`);
    // LAB_BLESS=1 writes the table anew; the diff is the review.
    if (process.env['LAB_BLESS'] === '1') writeFileSync(readme, after);
    else expect(before).toBe(after);
  });
});

function tableOf(ids: readonly string[]): string {
  const rows = ids.map((id) => {
    const card = runs.get(id)?.scorecard;
    return `| [${id.slice('recorded/'.length)}](${id.slice('recorded/'.length)}.yaml) | ${card?.expected} | ${card?.said} | ${card?.verdict === 'PASS' ? 'yes' : '**no**'} | ${card?.score === null ? '-' : Math.round(card?.score ?? 0)} |`;
  });
  return ['| recording | true | `rules` said | right | score |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}
