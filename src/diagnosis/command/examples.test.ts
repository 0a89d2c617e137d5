import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkEvidence } from '../evidence.ts';
import { assignmentFor, deskFor, faultMs, on, storesBody, valueOf, type Story } from '../fake-ports.test-kit.ts';
import { command } from './command.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

const killed: Story = { tickets: ['store-down:tikv-2'], controlPlane: { '/pd/api/v1/stores': storesBody({ 'tikv-2': { state: 'Disconnected', leaders: 0 } }) }, metrics: { up: on('tikv-2', 0, 1), scrape_duration: on('tikv-2', 0.0004, 0.1) } };
const frozen: Story = { ...killed, metrics: { up: on('tikv-2', 0, 1), scrape_duration: on('tikv-2', 5, 0.1) } };

async function work(line: string, story: Story) {
  const desk = deskFor(story);
  const notes: string[] = [];
  const diagnosis = valueOf(await command(line, root).diagnose(assignmentFor(story), { desk, note: (note) => notes.push(note.text), signal: new AbortController().signal }));
  return { diagnosis, notes, checks: diagnosis.evidence.map((each) => checkEvidence(each, desk.observations).check) };
}

describe.each([
  ['Python', 'python3 examples/agent.py', has('python3')],
  ['shell', 'sh examples/agent.sh', has('sh')],
  ['TypeScript', `"${process.execPath}" examples/agent.ts`, true],
])('the example in %s', (_language, line, present) => {
  test.skipIf(!present)('tells a crash from a hang, on evidence that holds', async () => {
    for (const [story, kind] of [[killed, 'process-crash'], [frozen, 'process-hang']] as const) {
      const { diagnosis, notes, checks } = await work(line, story);
      expect(diagnosis).toMatchObject({ verdict: 'fault', rootCauses: [{ component: 'tikv-2', kind }] });
      expect(diagnosis.rootCauses[0]?.onset).toBeGreaterThanOrEqual(faultMs);
      expect(new Set(checks)).toEqual(new Set(['matches']));
      expect(notes.length).toBeGreaterThan(0);
    }
  });

  test.skipIf(!present)('says healthy where nobody is silent', async () => {
    const { diagnosis, checks } = await work(line, {});
    expect(diagnosis.verdict).toBe('healthy');
    expect(checks).toEqual(['matches']);
  });
});
