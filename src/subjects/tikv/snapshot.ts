import type { SnapshotRequest } from '../contract.ts';

const fromLeader = [
  'stores', 'members', 'health', 'leader', 'version', 'status', 'cluster', 'cluster/status',
  'regions', 'regions/check/miss-peer', 'regions/check/extra-peer', 'regions/check/pending-peer', 'regions/check/down-peer', 'regions/check/offline-peer', 'regions/check/learner-peer',
  'schedulers', 'operators', 'operators/records',
  'config', 'config/schedule', 'config/replicate', 'config/rules',
  'hotspot/regions/write', 'hotspot/regions/read', 'hotspot/stores',
  'stores/limit', 'min-resolved-ts',
  'scheduler-config/evict-leader-scheduler/list', 'scheduler-config/evict-slow-store-scheduler/list', 'scheduler-config/balance-leader-scheduler/list',
  'schedulers/diagnostic/balance-leader-scheduler', 'schedulers/diagnostic/balance-region-scheduler',
] as const;

const path = (name: string): string => `/pd/api/v1/${name}`;

/** Everything of PD's API that an incident's recording should hold, so that it can be diagnosed again without the cluster. */
export const snapshot: readonly SnapshotRequest[] = [
  ...fromLeader.map((name) => ({ path: path(name) })),
  { path: path('schedulers'), query: { status: 'paused' } },
  { path: path('schedulers'), query: { status: 'disabled' } },
  { path: path('stats/region'), query: { start_key: '', end_key: '' } },
  ...['ping', 'health', 'members'].map((name) => ({ path: path(name), everyNodeOf: 'pd' })),
  ...['/config', '/status'].map((each) => ({ path: each, everyNodeOf: 'tikv' })),
];
