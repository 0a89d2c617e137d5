import type { SnapshotRequest } from '../contract.ts';
import { readingCalls } from './reads.ts';

const everyNodeOf = 'member';

/** Everything of etcd's API that an incident's recording should hold, so that it can be diagnosed again without the cluster. */
export const snapshot: readonly SnapshotRequest[] = [
  { path: readingCalls.status, body: '{}', everyNodeOf },
  { path: readingCalls.memberList, body: '{}', everyNodeOf },
  { path: readingCalls.alarm, body: '{"action":"GET"}', everyNodeOf },
  { path: readingCalls.hashKv, body: '{"revision":0}', everyNodeOf },
  { path: '/health', everyNodeOf },
  { path: '/health', query: { serializable: 'true' }, everyNodeOf },
  { path: '/livez', query: { verbose: '' }, everyNodeOf },
  { path: '/readyz', query: { verbose: '' }, everyNodeOf },
  { path: '/version', everyNodeOf },
];
