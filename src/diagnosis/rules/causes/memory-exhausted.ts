import type { Cause } from '../cause.ts';

/** A process does not fit its memory limit. */
export const memoryExhausted: Cause = {
  kind: 'memory-exhausted',
  about: ['tikv', 'pd'],
  needs: [['fatal-memory', 'memory-ramp']],
  predicts: [
    { sign: 'fatal-memory', weight: 6, missing: 1 },
    { sign: 'memory-ramp', weight: 4, missing: 0 },
    { sign: 'starts-repeatedly', weight: 2, missing: 0.5 },
    { sign: 'scrape-fails', weight: 1, missing: 0 },
    { sign: 'peers-saw-reset', weight: 1, missing: 0 },
    { sign: 'called-disconnected', weight: 1, missing: 0 },
  ],
  forbids: [{ sign: 'graceful-stop-logged', weight: 6 }, { sign: 'scrape-times-out', weight: 3 }, { sign: 'fatal-no-space', weight: 4 }, { sign: 'logs-while-lost', weight: 0 }],
  lookalikes: ['process-crash', 'process-restarting', 'disk-corrupted', 'disk-full', 'network-partition', 'planned-stop'],
  brings: ['process-crash', 'process-restarting', 'leader-imbalance'],
  summary: '{component} does not fit its memory limit: it was killed without a word and cannot come back as configured.',
  mechanism: 'The kernel ends a process at its memory limit without a log line; started again, the store compares its cache and buffers with the limit and refuses, or grows until it is killed again.',
  impact: [{ component: 'component', effect: 'is down, or comes and goes' }, { component: 'clients', effect: 'a stall until its regions elected new leaders; redundancy is reduced' }, { component: 'cluster', effect: 'replicas are missing while it is down' }],
  remedies: [
    { action: 'fix-config', on: 'component', benefits: 'a block cache that fits the limit (or a higher limit) lets it stay up', risks: 'a smaller cache makes reads slower', reversible: true },
    { action: 'restart-store', on: 'component', benefits: 'brings it back once the limit fits', risks: 'without the fix it dies again', reversible: true },
  ],
  verifyBy: 'it stays up for ten minutes with resident memory well under its limit',
};
