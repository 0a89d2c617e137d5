import type { Cause } from '../cause.ts';

/** Clients ask for more than the cluster can do. */
export const overload: Cause = {
  kind: 'overload',
  about: ['clients'],
  needs: [['traffic-up', 'bytes-up'], ['slow-everywhere', 'waits-everywhere', 'many-slow-scores']],
  predicts: [
    { sign: 'traffic-up', weight: 4, missing: 2 },
    { sign: 'bytes-up', weight: 4, missing: 0 },
    { sign: 'slow-everywhere', weight: 4 },
    { sign: 'waits-everywhere', weight: 1, missing: 0 },
    { sign: 'many-slow-scores', weight: 2, missing: 0 },
  ],
  forbids: [{ sign: 'a-store-is-down', weight: 3 }, { sign: 'traffic-rose-after', weight: 4 }],
  lookalikes: ['disk-slow', 'cpu-starved', 'background-load', 'retry-storm', 'hot-spot-write', 'region-imbalance', 'clock-skew'],
  brings: ['disk-slow', 'disk-full', 'process-crash', 'process-restarting', 'cpu-starved', 'write-stall', 'process-hang'],
  summary: 'Clients ask for more than the cluster can do: everything is slow on all stores alike.',
  mechanism: 'The offered load rose first, in requests or in bytes; then queues grew on every store in step, without a culprit among them. Slow scores of several stores at once come from the queues, not from the disks.',
  impact: [{ component: 'clients', effect: 'latency of seconds on all stores' }, { component: 'cluster', effect: 'queues grow on every store' }, { component: 'burdened', effect: 'calls itself slow' }],
  remedies: [
    { action: 'throttle-load', benefits: 'queues drain within the minute', risks: 'clients are slowed', reversible: true },
    { action: 'stop-background-job', benefits: 'right when a job makes the load', risks: 'the job has to run again', reversible: true },
    { action: 'add-store', benefits: 'more capacity', risks: 'moving regions costs capacity first', reversible: true },
  ],
  verifyBy: 'request rate and p99 are back at their quiet values on every store',
};
