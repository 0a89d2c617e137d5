import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { labKnowledge } from '../harness/cli/knowledge.ts';
import { perform } from '../harness/lab.ts';
import { findScenario } from '../harness/scenario/loader.ts';
import { unpack } from '../harness/telemetry/packing.ts';
import { claude, type WireTimes } from '../src/diagnosis/claude/claude.ts';
import { FakeMessagesApi, type Script } from '../src/diagnosis/claude/messages-api.test-kit.ts';
import { speaks, use } from '../src/diagnosis/claude/messages-stream.test-kit.ts';
import { toldTo } from '../src/diagnosis/told.ts';
import { orThrow } from '../src/kernel/result.ts';
import { silentStoreModel } from './scripted-model.ts';

const home = mkdtempSync(join(tmpdir(), 'lab-claude-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => ['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY'].forEach((name) => delete process.env[name]));

const quick: WireTimes = { triesMax: 2, firstWaitMs: 1, longestWaitMs: 2, silenceMs: 5_000 };
let runs = 0;

/** A whole run whose diagnostician is `claude`, with a script for a model behind a real port. */
async function runWith(scenarioId: string, script: Script, key = 'sk-test-4711') {
  await using api = await FakeMessagesApi.start(script, key);
  process.env['ANTHROPIC_BASE_URL'] = api.url;
  process.env['ANTHROPIC_API_KEY'] = key;
  const lines: string[] = [];
  const dir = join(home, String(++runs));
  const scenario = orThrow(findScenario(scenarioId, { knowledge: labKnowledge() }));
  const { bundle } = await perform({ scenario, seed: 1, diagnostician: toldTo(claude({}, quick), (line) => lines.push(line)), outDir: dir });
  return { bundle, lines, api, dir, page: readFileSync(join(dir, 'index.html'), 'utf8') };
}

describe('claude through a whole run, over HTTP', () => {
  test.each([['tikv/store-down', 'process-crash'], ['tikv/store-frozen', 'process-hang']])('%s: a model that reads its tools passes, and the page shows how it got there', async (scenario, kind) => {
    const { bundle, page, lines, api } = await runWith(scenario, silentStoreModel);
    expect(api.complaints).toEqual([]);
    expect(bundle.run.scorecard).toMatchObject({ verdict: 'PASS', said: expect.stringContaining(kind) });
    expect(bundle.transcript.flatMap((entry) => (entry.kind === 'turn' ? [entry.usage?.inputTokens] : []))).toEqual([100, 100, 100, 100]);
    for (const text of ['Who is silent, and how does it end?', '→ compare_nodes', 'check of the draft: 3 of 4 citations hold', 'check of the draft: 4 of 4', 'O1 compare_nodes']) expect(page).toContain(text);
    expect(page).toMatch(/400 in \/ 200 out, \$0\.00\d/);
    expect(lines).toEqual(expect.arrayContaining(['turn 1: asking the model', expect.stringContaining('asks search_logs')]));
  });
});

/** Everything that a run leaves behind, unpacked. */
function everythingIn(dir: string): string {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => (file.endsWith('.zst') ? unpack(readFileSync(file)) : readFileSync(file)).toString('utf8')).join('\n');
}

describe('the key', () => {
  const strange = `sk-"quoted"\\back<&>$&$1%41'(x|y)*+?[z]{2}^~`;
  const formsOf = (key: string): string[] => [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'), Buffer.from(key).toString('base64')];

  test.each([['an ordinary key', 'sk-ant-test-0123456789abcdef'], ['a key full of signs', strange]])('%s appears nowhere, though the endpoint and the model repeat it', async (_what, key) => {
    const echo: Script = (request, index) => (index === 0
      ? speaks({ type: 'thinking', thinking: `The header said ${String(request.headers.authorization)}.` }, { type: 'text', text: encodeURIComponent(key) }, use('query', { promql: `up{key=${JSON.stringify(key)}}`, [key]: key }))
      : { kind: 'status', status: 400, type: 'invalid_request_error', message: `not with ${key}, that is ${Buffer.from(key).toString('base64')}` });
    const { bundle, lines, dir } = await runWith('tikv/store-down', echo, key);
    expect(bundle.run).toMatchObject({ state: 'infra-error', because: expect.stringContaining('ENDPOINT_BAD_REQUEST') });
    const kept = `${everythingIn(dir)}\n${lines.join('\n')}\n${JSON.stringify(bundle)}`;
    expect(kept).toContain('[key]');
    for (const form of formsOf(key)) expect(kept).not.toContain(form);
  });

  test('is not told when it is refused with itself in the answer', async () => {
    const key = 'sk-ant-wrong-998877';
    await using api = await FakeMessagesApi.start([], 'another');
    process.env['ANTHROPIC_BASE_URL'] = api.url;
    process.env['ANTHROPIC_API_KEY'] = key;
    const dir = join(home, 'refused');
    const { bundle } = await perform({ scenario: orThrow(findScenario('tikv/store-down', { knowledge: labKnowledge() })), seed: 1, diagnostician: claude({}, quick), outDir: dir });
    expect(bundle.run).toMatchObject({ state: 'infra-error', because: expect.stringContaining('ENDPOINT_KEY_REFUSED') });
    expect(bundle.run.because).toContain('invalid bearer token [key]');
    expect(everythingIn(dir)).not.toContain(key);
  });
});
