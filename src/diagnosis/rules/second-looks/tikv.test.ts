import { expect, test } from 'vitest';
import { investigationWith, type Answers } from '../fake-investigation.test-kit.ts';
import type { Sign } from '../signs.ts';
import { secondLooks } from './tikv.ts';

/** What the look that `because` makes worth its cost says of a sign of the cluster. */
async function seen(sign: Sign, because: readonly [Sign, string], metrics: NonNullable<Answers['metrics']>): Promise<boolean | undefined> {
  const investigation = investigationWith({ nodes: { pd: ['pd-1'], tikv: ['tikv-1', 'tikv-2', 'tikv-3'] }, metrics });
  investigation.note({ sign: because[0], component: because[1], present: true, claim: '', citation: { observation: 'O1', path: '/', asserts: { op: 'exists' } } });
  for (const { when, look } of secondLooks) if (when.includes(because[0])) await look(investigation);
  return investigation.findings.about(sign, 'cluster')?.present;
}

test('only a store that leads nothing is asked in vain: others refuse what leaders have just left, too', async () => {
  const asked = (of: Readonly<Record<string, readonly [number, number]>>) => seen('some-asked-in-vain', ['leads-nothing', 'tikv-2'], { err_not_leader: of });
  expect(await asked({ 'tikv-1': [0, 300], 'tikv-2': [0, 0] })).toBe(false);
  expect(await asked({ 'tikv-1': [0, 0], 'tikv-2': [0, 300] })).toBe(true);
  expect(await asked({ 'tikv-1': [0, 300] })).toBeUndefined();
});

test('answers have fallen where they were more before: some commands have no call of their own', async () => {
  const unanswered = (quiet: number, now: number) => seen('answers-fell', ['traffic-up', 'cluster'], { tikv_storage_command_total: { '': [quiet, now] } });
  expect(await unanswered(0.55, 0.6)).toBe(false);
  expect(await unanswered(0.05, 0.6)).toBe(true);
});
