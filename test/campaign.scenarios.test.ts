import { execa } from 'execa';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'campaign-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const lab = (words: readonly string[]) => execa(process.execPath, [join(root, 'bin/lab.mjs'), ...words], { reject: false, cwd: scratch, env: { INIT_CWD: scratch } });
const campaign = (...more: string[]) => lab(['campaign', 'pd-only-leader', '--variants', 'rules.yaml', 'priced.yaml', '--db', 'lab.db', '--out', 'runs', '--quiet', ...more]);

/** An agent that thinks for half a dollar, and then finds that all is well. */
const agent = `
console.log(JSON.stringify({ type: 'note', text: 'thinking', usage: { inputTokens: 90000, outputTokens: 9000, costUsd: 0.5 } }));
console.log(JSON.stringify({ verdict: 'healthy', summary: 'all is well', rootCauses: [], impact: [], evidence: [], hypotheses: [], options: [], recommendation: null, confidence: 0.9 }));`;

describe('a campaign over real runs (npx lab campaign)', () => {
  it('says what it will cost, stops at the limit, and goes on with --resume', async () => {
    writeFileSync(join(scratch, 'agent.mjs'), agent);
    writeFileSync(join(scratch, 'rules.yaml'), 'variant: rules\ndiagnostician: rules\n');
    writeFileSync(join(scratch, 'priced.yaml'), `variant: priced\ndiagnostician: 'command:${process.execPath} agent.mjs'\nexpect: { usd: 0.4 }\n`);

    const estimate = await campaign('--estimate');
    expect(estimate).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^estimate {2}priced +4 trials +\$1\.60 {2}\(\$0\.400 each: as its file says\)$/m) });
    const unlimited = await campaign();
    expect(unlimited).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('LAB_NEEDS_LIMIT') });

    const first = await campaign('--limit-usd', '1.2', '--concurrency', '1');
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toMatch(/^rules +4\/4 /m);
    expect(first.stdout).toMatch(/^priced +0\/2 .* 99000 +1\.00 +2 not performed$/m);
    expect(first.stdout).toContain('! 2 trials were not performed: $1.00 of $1.20 are spent, and the next would not fit; the same command with --resume goes on');

    const again = await campaign('--limit-usd', '9', '--resume', '--json');
    const document = JSON.parse(again.stdout) as { variants: { variant: string; judged: number; costUsd: number | null }[]; spentUsd: number; missing: number };
    expect(document).toMatchObject({ schema: 'lab.campaign/v1', missing: 0, spentUsd: 2, exitCode: 1 });
    expect(document.variants).toMatchObject([{ variant: 'rules', judged: 4, costUsd: null }, { variant: 'priced', judged: 4, costUsd: 2 }]);
    expect(readdirSync(join(scratch, 'runs', 'priced'))).toHaveLength(4);
  });
});
