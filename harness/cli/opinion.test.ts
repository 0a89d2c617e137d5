import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAsSealed } from '../history/digest.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { agreementText, majorityOf, type Vote } from '../scoring/opinion.ts';
import { registerOpinion } from './opinion.ts';
import { outcomeOf } from './printed.test-kit.ts';

const root = mkdtempSync(join(tmpdir(), 'lab-opinion-'));
const bundle = join(root, 'bundle');
beforeAll(() => cpSync(fileURLToPath(new URL('../../test/fixtures/first-bundle', import.meta.url)), bundle, { recursive: true }));
afterAll(() => rmSync(root, { recursive: true }));

const judge = (name: string, body: string): string => {
  const file = join(root, `${name}.mjs`);
  writeFileSync(file, `let text = ''; for await (const part of process.stdin) text += part; const question = JSON.parse(text);\n${body}`);
  return `${process.execPath} ${file}`;
};
const fair = () => judge('fair', "console.log(JSON.stringify({ family: 'llama', vote: question.said.summary ? 'sound' : 'unsound', because: 'it explains ' + question.truth.causes[0].kind }));");
const asked = (...words: string[]) => outcomeOf(registerOpinion, ['opinion', bundle, ...words]);

describe('a judge of free text', () => {
  it('votes several times; the votes are kept, the score and the digest stay, the agreement is told', async () => {
    const before = readFileSync(join(bundle, 'run.json'), 'utf8');
    const { text, exitCode } = await asked('--judge', fair(), '--family', 'llama', '--votes', '2');
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^sound .* code says PASS {2}it explains control-plane-quorum-lost$/m);
    expect(text).toContain('agreement with code 1/1 (21-100 %): 0 found sound that code failed, 0 unsound that code passed, 0 unsure; all votes the same in 1 of 1');
    expect(JSON.parse(readFileSync(join(bundle, 'votes.json'), 'utf8'))).toMatchObject({ schema: 'lab.votes/v1', votes: [{ vote: 'sound' }, { vote: 'sound' }] });
    expect(readFileSync(join(bundle, 'run.json'), 'utf8')).toBe(before);
    const read = readBundle(bundle);
    rmSync(join(bundle, 'votes.json'));
    const without = read.ok && isAsSealed(bundle, read.value.run);
    writeFileSync(join(bundle, 'votes.json'), '{}');
    expect(read.ok && isAsSealed(bundle, read.value.run)).toBe(without);
  });

  it('is never of the family of the agent, whatever it was announced as', async () => {
    await expect(asked('--judge', fair(), '--family', 'Rules')).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_JUDGE_FAMILY' } });
    await expect(asked('--judge', fair(), '--family', 'gpt')).rejects.toMatchObject({ exitCode: 2, failure: { because: 'the judge says that it is llama, and was announced as gpt' } });
    const run = JSON.parse(readFileSync(join(bundle, 'run.json'), 'utf8')) as object;
    cpSync(bundle, join(root, 'foreign'), { recursive: true });
    writeFileSync(join(root, 'foreign', 'run.json'), JSON.stringify({ ...run, diagnostician: { name: 'command:agent.py', fingerprint: 'f' } }));
    const foreign = (...words: string[]) => outcomeOf(registerOpinion, ['opinion', join(root, 'foreign'), '--judge', fair(), '--family', 'llama', ...words]);
    await expect(foreign()).rejects.toMatchObject({ exitCode: 2, failure: { advice: 'Say it with --agent-family.' } });
    await expect(foreign('--agent-family', 'llama')).rejects.toMatchObject({ exitCode: 2 });
    expect((await foreign('--agent-family', 'gpt')).exitCode).toBe(0);
  });

  it('that fails or babbles is infrastructure', async () => {
    await expect(asked('--judge', judge('crash', 'process.exit(3)'), '--family', 'llama')).rejects.toMatchObject({ exitCode: 4, failure: { code: 'LAB_JUDGE_FAILED' } });
    await expect(asked('--judge', judge('babble', "console.log('I think it is fine')"), '--family', 'llama')).rejects.toMatchObject({ exitCode: 4, failure: { because: expect.stringContaining('not of its protocol') } });
  });
});

it('a draw is unsure, and an unsure judge counts neither for nor against', () => {
  const vote = (word: Vote['vote']): Vote => ({ family: 'x', vote: word, because: '' });
  expect([majorityOf([]), majorityOf([vote('sound'), vote('unsound')]), majorityOf([vote('sound'), vote('unsound'), vote('unsound')])]).toEqual(['unsure', 'unsure', 'unsound']);
  expect(agreementText([{ passes: true, votes: [vote('unsound')] }, { passes: false, votes: [vote('sound')] }, { passes: false, votes: [vote('unsure')] }])).toBe('agreement with code 0/2 (0-66 %): 1 found sound that code failed, 1 unsound that code passed, 1 unsure; all votes the same in 3 of 3\n');
});
