import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { labKnowledge } from '../harness/cli/knowledge.ts';
import { perform } from '../harness/lab.ts';
import { findScenario } from '../harness/scenario/loader.ts';
import { checkJudge } from '../harness/scoring/judge-check.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';
import { orThrow } from '../src/kernel/result.ts';

const out = mkdtempSync(join(tmpdir(), 'judge-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('the judge cannot be fooled over a real run (npx lab judge-check tries harder)', () => {
  it.each(['tikv/store-down', 'controls/healthy', 'recorded/hot-read', 'recorded/pd-only-leader-resign'])('%s', async (id) => {
    const scenario = orThrow(findScenario(id, { knowledge: labKnowledge() }));
    const { bundle } = await perform({ scenario, seed: 2, diagnostician: rules, outDir: join(out, id.replace('/', '-')) });
    const { answer } = bundle;
    expect(answer).not.toBeNull();
    if (answer === null) return;
    const check = checkJudge({ ...bundle, answer }, { mutants: 60, paraphrases: 15, seed: 2 });
    expect(check).toMatchObject({ mutants: 60, passed: [], misblamed: [], refused: [] });
  });
});
