import { expect, test } from 'vitest';
import type { Json } from '../../../../kernel/json.ts';
import { investigationWith } from '../../fake-investigation.test-kit.ts';
import { probeProcesses } from '../../probes/processes.ts';
import { probeAnswers } from './answers.ts';
import { probeWithoutAnswers } from './without-answers.ts';

const silent = (code = 'LAB_TIMEOUT'): Json => ({ answers: false, how: 'silent', error: { code, because: '' } });
const follows: Json = { answers: true, status: 200, body: {}, leaderIs: 'etcd-1', leads: false };

/** What is said to be silent, and of the cluster, where the monitoring reaches these members. */
async function said(members: readonly [Json, Json, Json], scraped: readonly [number, number, number] = [1, 1, 1]): Promise<readonly string[]> {
  const names = ['etcd-1', 'etcd-2', 'etcd-3'];
  const rows = (values: readonly number[]) => Object.fromEntries(names.map((name, at) => [name, [1, values[at] ?? 0] as const]));
  const investigation = investigationWith({ nodes: { member: names }, metrics: { 'up{': rows(scraped), has_leader: rows([1, 1, 1]) }, tools: { member_status: { members: Object.fromEntries(names.map((name, at) => [name, members[at] ?? null])) } } });
  await probeProcesses(investigation);
  await probeAnswers(investigation);
  await probeWithoutAnswers(investigation);
  return (['calls-silent', 'a-member-is-down', 'majority-down', 'quorum-lost'] as const).flatMap((sign) => investigation.findings.present(sign).map(({ component }) => `${sign} ${component}`));
}

test('who reaches no member, while the monitoring reaches them all, has lost his own way and not the cluster', async () => {
  expect(await said([silent(), silent(), silent()])).toEqual([]);
  expect(await said([silent(), silent(), silent()], [0, 0, 0])).toEqual(['calls-silent etcd-1', 'calls-silent etcd-2', 'calls-silent etcd-3', 'a-member-is-down cluster', 'majority-down cluster', 'quorum-lost cluster']);
});

test('a member that has no address to ask is not silent', async () => {
  expect(await said([follows, follows, silent('LAB_NO_MEMBER')])).toEqual([]);
  expect(await said([follows, follows, silent()])).toEqual(['calls-silent etcd-3', 'a-member-is-down cluster']);
});
