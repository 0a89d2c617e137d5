import { expect, test } from 'vitest';
import { investigationWith, type Answers } from '../../fake-investigation.test-kit.ts';
import { probeProcesses } from '../../probes/processes.ts';
import { probeWithoutAnswers } from './without-answers.ts';

/** Whether a quorum is said to be lost: undefined where nothing is said. */
async function quorumLost(members: readonly string[], metrics: NonNullable<Answers['metrics']>): Promise<boolean | undefined> {
  const investigation = investigationWith({ nodes: { member: members }, metrics });
  await probeProcesses(investigation);
  await probeWithoutAnswers(investigation);
  return investigation.findings.about('quorum-lost', 'cluster')?.present;
}

const three = ['etcd-1', 'etcd-2', 'etcd-3'];
const four = [...three, 'etcd-4'];

test('where every member is dark nobody knows whether there is a quorum', async () => {
  expect(await quorumLost(three, { 'up{': { 'etcd-1': [1, 0], 'etcd-2': [1, 0], 'etcd-3': [1, 0] } })).toBeUndefined();
});

test('a member that nobody scrapes may well follow the leader', async () => {
  expect(await quorumLost(three, { 'up{': { 'etcd-1': [1, 1], 'etcd-2': [1, 1] }, has_leader: { 'etcd-1': [1, 0], 'etcd-2': [1, 1] } })).toBe(false);
  expect(await quorumLost(three, { 'up{': { 'etcd-1': [1, 1] }, has_leader: { 'etcd-1': [1, 0] } })).toBeUndefined();
});

test('a survivor that follows nobody beside two that are gone has lost its quorum', async () => {
  expect(await quorumLost(three, { 'up{': { 'etcd-1': [1, 0], 'etcd-2': [1, 0], 'etcd-3': [1, 1] }, has_leader: { 'etcd-3': [1, 0] } })).toBe(true);
});

test('two of four are no majority', async () => {
  expect(await quorumLost(four, { 'up{': { 'etcd-1': [1, 0], 'etcd-2': [1, 1], 'etcd-3': [1, 1], 'etcd-4': [1, 1] }, has_leader: { 'etcd-2': [1, 1], 'etcd-3': [1, 1], 'etcd-4': [1, 0] } })).toBe(true);
});
