import { expect, test } from 'vitest';
import { investigationWith, type Answers } from '../fake-investigation.test-kit.ts';
import type { Sign } from '../signs.ts';
import { probeControlPlane } from './control-plane.ts';
import { probeProcesses } from './processes.ts';

/** What is said of the control plane; undefined: nothing. */
async function said(sign: Sign, answers: Omit<Answers, 'nodes'>): Promise<boolean | undefined> {
  const investigation = investigationWith({ nodes: { pd: ['pd-1', 'pd-2', 'pd-3'] }, ...answers });
  await probeProcesses(investigation);
  await probeControlPlane(investigation);
  return investigation.findings.about(sign, 'cluster')?.present;
}

test('one member that sees no leader is no lost quorum as long as nobody knows of the others', async () => {
  const sees = { 'etcd_server_has_leader{job="pd"}': { 'pd-1': [1, 0] } } as const;
  expect(await said('quorum-lost', { metrics: { ...sees, 'up{': { 'pd-1': [1, 1] } } })).toBeUndefined();
  expect(await said('quorum-lost', { metrics: { ...sees, 'up{': { 'pd-1': [1, 1], 'pd-2': [1, 0], 'pd-3': [1, 0] } } })).toBe(true);
  expect(await said('quorum-lost', { metrics: { 'up{': { 'pd-1': [1, 1] }, 'etcd_server_has_leader{job="pd"}': { 'pd-1': [1, 1] } } })).toBe(false);
});

test('who reaches nobody while a member says that it leads has lost his own way there', async () => {
  const leader = (now: number) => ({ metrics: { 'etcd_server_is_leader{job="pd"}': { 'pd-1': [1, now], 'pd-2': [0, 0] } } }) as const;
  expect(await said('no-leader-answers', leader(1))).toBeUndefined();
  expect(await said('no-leader-answers', leader(0))).toBe(true);
  expect(await said('no-leader-answers', { ...leader(1), controlPlane: { '/pd/api/v1/members': {} } })).toBe(false);
});
