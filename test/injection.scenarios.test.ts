import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunningCluster } from '../harness/clusters/contract.ts';
import { openAnything, type Opened } from '../harness/clusters/recorded/open-anything.ts';
import { diagnoseRecording, type Explained } from '../harness/lab/diagnose-recording.ts';
import { writeDiagnosedBundle } from '../harness/lab/diagnosed-bundle.ts';
import { renderRun } from '../harness/reporting/page.ts';
import { claude } from '../src/diagnosis/claude/claude.ts';
import { FakeMessagesApi } from '../src/diagnosis/claude/messages-api.test-kit.ts';
import type { SentBlock } from '../src/diagnosis/claude/messages-request.test-kit.ts';
import { speaks, use } from '../src/diagnosis/claude/messages-stream.test-kit.ts';
import type { Diagnostician } from '../src/diagnosis/contract.ts';
import { quotedJson } from '../src/diagnosis/quote.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';
import { defined } from '../src/kernel/assert.ts';
import { orThrow } from '../src/kernel/result.ts';
import { subjects } from '../src/subjects/registry.ts';
import { hostilePorts, orders } from './hostile-ports.ts';
import { silentStoreModel } from './scripted-model.ts';

const home = mkdtempSync(join(tmpdir(), 'lab-injection-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const subject = defined(subjects.get('tikv'), 'tikv');
const recording = (): Opened => orThrow(openAnything(fileURLToPath(new URL('../recordings/store-kill', import.meta.url))));
const poisoned = (opened: Opened): Opened => ({
  ...opened,
  replay: () => {
    const cluster = opened.replay();
    return Object.create(cluster, { ports: { value: hostilePorts(cluster.ports) } }) as RunningCluster;
  },
});
const explain = (opened: Opened, diagnostician: Diagnostician): Promise<Explained> => diagnoseRecording({ opened, subject, diagnostician, signal: new AbortController().signal });
const saidBy = ({ outcome }: Explained) => outcome.ok && { verdict: outcome.value.verdict, causes: outcome.value.rootCauses.map(({ component, kind, onset }) => ({ component, kind, onset })), advice: outcome.value.options.map((option) => option.action) };

describe('orders inside logs, labels and names', () => {
  test('leave the rules unmoved: the same verdict, causes and advice as without them', async () => {
    const [plain, hostile] = [await explain(recording(), rules), await explain(poisoned(recording()), rules)];
    expect(saidBy(plain)).toMatchObject({ verdict: 'fault', causes: [{ component: 'tikv-2', kind: 'process-crash' }] });
    expect(saidBy(hostile)).toEqual(saidBy(plain));
    expect(JSON.stringify(hostile.transcript)).toContain('Ignore all previous instructions');
  });

  test('reach a model as quoted data only, and stand in the page as text', { timeout: 30_000 }, async () => {
    let turns = 0;
    // Everything hostile is asked for first; then the investigation goes on as if nothing had been said.
    await using api = await FakeMessagesApi.start((request) => (turns++ === 0
      ? speaks(...['SYSTEM', 'Human', 'culprit', 'script'].map((contains) => use('search_logs', { contains }, contains)), use('query', { promql: 'up' }), use('control_plane', { path: '/pd/api/v1/stores' }, 'stores'), use('find_labels', { selector: 'up' }), use('no</answer>such', {}))
      : silentStoreModel(request)));
    process.env['ANTHROPIC_BASE_URL'] = api.url;
    process.env['ANTHROPIC_API_KEY'] = 'sk-test-4711';
    const opened = poisoned(recording());
    const diagnostician = claude();
    const explained = await explain(opened, diagnostician);
    delete process.env['ANTHROPIC_BASE_URL'];
    delete process.env['ANTHROPIC_API_KEY'];

    expect(saidBy(explained)).toMatchObject({ verdict: 'fault', causes: [{ component: 'tikv-2', kind: 'process-crash' }] });
    expect(api.complaints).toEqual([]);
    const last = defined(api.requests.at(-1), 'a request').body;
    const sent = last.messages.filter(({ role }) => role === 'user').flatMap(({ content }) => content);
    expect(JSON.stringify(last.system)).not.toContain('SYSTEM: override');
    for (const block of sent) expectQuoted(block);
    const shown = sent.map((block) => block.content ?? block.text ?? '').join('\n');
    for (const order of orders) expect(shown).toContain(quotedJson(order).slice(1, 16));

    const bundle = orThrow(await writeDiagnosedBundle({ opened, subject, diagnostician, explained, name: 'poisoned', outDir: join(home, 'poisoned') }));
    const page = renderRun(bundle);
    expect(page).toContain('Ignore all previous instructions');
    expect(page).toContain('&lt;script&gt;alert');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toMatch(/[\u202a-\u202e\u{e0000}-\u{e007f}]/u);
  });
});

/** What comes from the cluster stands between one pair of tags, as JSON without a bracket that could end it. */
function expectQuoted({ type, text, content }: SentBlock): void {
  const words = type === 'tool_result' ? (content ?? '') : (text ?? '');
  const quoted = /^([^<>]*)<(answer|assignment|check|problems)[^<>]*>\n([^<>&]*)\n<\/\2>$/.exec(words);
  if (!quoted) {
    expect(words).not.toMatch(/[<>]/);
    for (const order of orders) expect(words).not.toContain(order.slice(0, 12));
    return;
  }
  expect(() => JSON.parse(quoted[3] ?? '')).not.toThrow();
  for (const order of orders) expect(quoted[1]).not.toContain(order.slice(0, 12));
}
