import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkEvidence } from '../evidence.ts';
import { assignmentFor, deskFor, on, since, storesBody, valueOf, type Story } from '../fake-ports.test-kit.ts';
import { rules } from '../rules/rules.ts';
import { diagnosticianNamed } from '../registry.ts';
import { loadRunbook, readCauseFile } from './load.ts';
import { rulesWithRunbook } from './with-runbook.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = readFileSync(join(root, 'examples/runbook/nightly-backup.yaml'), 'utf8');
const problemsOf = (source: string): readonly string[] => { const read = readCauseFile('own.yaml', source); return 'problems' in read ? read.problems : []; };

const slowAlike = (node: string, atMs: number) => (node.startsWith('tikv') ? (since(atMs) ? 4 : 0.004) : undefined);
const backup: Story = { tickets: ['high-latency:tikv-1', 'high-latency:tikv-2', 'high-latency:tikv-3'], metrics: { 'type="coprocessor"': (node, atMs) => (node.startsWith('tikv') ? (since(atMs) ? 4_000 : 2) : undefined), duration_sec: slowAlike } };

async function explained(diagnostician: typeof rules, story: Story) {
  const desk = deskFor(story);
  const diagnosis = valueOf(await diagnostician.diagnose(assignmentFor(story), { desk, note: () => {}, signal: new AbortController().signal }));
  expect(diagnosis.evidence.map((each) => checkEvidence(each, desk.observations).check).filter((check) => check !== 'matches')).toEqual([]);
  return diagnosis;
}

describe("a user's own runbook", () => {
  test('names a cause that the built-in rules cannot, on evidence from its own expression, and rejects what it is mistaken for', async () => {
    const own = valueOf(rulesWithRunbook('examples/runbook', root));
    const [before, after] = [await explained(rules, backup), await explained(own, backup)];
    expect(before.rootCauses.map(({ kind }) => kind)).not.toContain('background-load');
    expect(after).toMatchObject({ verdict: 'fault', rootCauses: [{ component: 'tikv', kind: 'background-load' }], recommendation: { option: 0 } });
    expect(after.evidence.map(({ claim }) => claim)).toContainEqual(expect.stringContaining('the coprocessor serves far more'));
    expect(after.hypotheses.filter(({ verdict }) => verdict === 'rejected').length).toBeGreaterThan(0);
    expect(own.fingerprint()).not.toBe(rules.fingerprint());
  });

  test('does not speak where its sign is not there', async () => {
    const own = valueOf(rulesWithRunbook('examples/runbook', root));
    const calm: Story = { metrics: { 'type="coprocessor"': () => 2 } };
    expect(await explained(own, calm)).toEqual(await explained(rules, calm));
  });

  test('can take the place of a built-in cause', async () => {
    const evicted: Story = { tickets: ['leader-imbalance:tikv-2'], metrics: { leader_count: on('tikv-2', 0, 40) }, controlPlane: {
      '/pd/api/v1/stores': storesBody({ 'tikv-1': { leaders: 60 }, 'tikv-2': { leaders: 0 }, 'tikv-3': { leaders: 60 } }),
      '/pd/api/v1/schedulers': ['balance-hot-region-scheduler', 'balance-leader-scheduler', 'balance-region-scheduler', 'evict-leader-scheduler', 'evict-slow-store-scheduler'],
      '/pd/api/v1/scheduler-config/evict-leader-scheduler/list': { 'store-id-ranges': { 1: [{}] } },
    } };
    expect((await explained(rules, evicted)).verdict).toBe('fault');
    const dir = mkdtempSync(join(tmpdir(), 'runbook-'));
    writeFileSync(join(dir, 'maintenance.yaml'), `cause: planned-stop
about: [tikv]
needs: [[evict-leader-left]]
predicts: [{ sign: evict-leader-left, weight: 5 }]
benign: true
summary: "{component} is drained for its weekly maintenance."
mechanism: we evict leaders every Wednesday
impact: [{ component: component, effect: leads nothing }]
remedies: [{ action: wait-and-watch, benefits: it ends by itself, risks: none, reversible: true }]
verifyBy: it leads again
`);
    const both = `${readFileSync(join(dir, 'maintenance.yaml'), 'utf8').replace('cause: planned-stop', 'cause: scheduling-misconfigured').replace('about: [tikv]', 'about: [tikv, pd, pd-group, tikv-group]')}replaces: true\n`;
    mkdirSync(join(dir, 'replacing'));
    writeFileSync(join(dir, 'replacing/maintenance.yaml'), both);
    expect((await explained(valueOf(rulesWithRunbook(dir, '/')), evicted)).verdict).toBe('fault');
    expect(await explained(valueOf(rulesWithRunbook(join(dir, 'replacing'), '/')), evicted)).toMatchObject({ verdict: 'healthy', summary: expect.stringContaining('weekly maintenance') });
  });

  test('is a diagnostician by name, for every command that takes one', async () => {
    expect(valueOf(await diagnosticianNamed('rules:examples/runbook', { fromDir: root })).name).toBe('rules:examples/runbook');
  });
});

describe('a cause file that is wrong', () => {
  test.each([
    ['a kind that is not in the vocabulary', example.replace('cause: background-load', 'cause: backround-load'), /^own\.yaml:3:8: cause: /],
    ['a sign that nobody can see', example.replace('sign: slow-everywhere', 'sign: slow-everywere'), /^own\.yaml:8:\d+: predicts\.1\.sign: there is no sign "slow-everywere"; did you mean "slow-everywhere"\?/],
    ['a missing field', example.replace(/^verifyBy: .*$/m, ''), /^own\.yaml:3:1: verifyBy: /],
    ['a field that means nothing', `${example}colour: red\n`, /Unrecognized key.*colour/],
    ['a weight that is a word', example.replace('weight: 6', 'weight: heavy'), /^own\.yaml:7:\d+: predicts\.0\.weight: /],
    ['two limits at once', example.replace('above: 100', 'above: 100\n    below: 5'), /observations\.backup-reads: needs exactly one of above, below and timesQuiet/],
    ['a remedy that is aimed at everybody', example.replace('{ action: throttle-load,', '{ action: evict-leaders, on: component,'), /^own\.yaml:\d+:\d+: remedies\.0\.on: tikv-group is no single component/],
    ['broken YAML', 'cause: [background-load', /^own\.yaml:1:\d+: /],
  ])('%s is told with its line', (_what, source, problem) => {
    expect(problemsOf(source).join('\n')).toMatch(problem);
  });

  test('ends the command as a wrong use, not as an incident', async () => {
    expect(loadRunbook('/no/such/folder')).toMatchObject({ ok: false, failure: { code: 'LAB_RUNBOOK', because: expect.stringContaining('/no/such/folder') } });
    expect(await diagnosticianNamed('rules:/no/such/folder', { fromDir: '/' })).toMatchObject({ ok: false });
  });
});
