import { expect, test } from 'vitest';
import { investigationWith } from '../../fake-investigation.test-kit.ts';
import { probePeers } from './peers.ts';

const complaint = 'lost TCP streaming connection with remote peer';
const noticedNothing = async (id: string): Promise<readonly string[]> => {
  const logs = { [complaint]: [{ node: 'etcd-1', raw: `${complaint} "remote-peer-id":"${id}" i/o timeout`, atMs: 2 }] };
  const investigation = investigationWith({ nodes: { member: ['etcd-1', 'etcd-2', 'etcd-3'] }, logs });
  await probePeers(investigation);
  return investigation.findings.present('peers-noticed-nothing').map(({ component }) => component);
};

test('a complaint about an id that nobody knows may be about anybody but its writer', async () => {
  expect(await noticedNothing('dead')).toEqual(['etcd-1']);
});
