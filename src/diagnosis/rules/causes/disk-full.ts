import type { Cause } from '../cause.ts';

/** One disk has no room left. */
export const diskFull: Cause = {
  kind: 'disk-full',
  about: ['tikv'],
  needs: [['space-low', 'writes-refused-no-space', 'fatal-no-space']],
  predicts: [
    // Sizes are read once a minute: a store that dies within that minute never reports them.
    { sign: 'space-low', weight: 4, missing: 0.5 },
    { sign: 'space-fell', weight: 3, missing: 0.5 },
    { sign: 'writes-refused-no-space', weight: 3, missing: 0 },
    { sign: 'fatal-no-space', weight: 8, missing: 0 },
  ],
  forbids: [{ sign: 'append-slow', weight: 1 }, { sign: 'scrape-times-out', weight: 4 }],
  lookalikes: ['disk-slow', 'write-stall', 'process-crash', 'region-imbalance', 'quota-exhausted'],
  brings: ['process-crash', 'process-restarting', 'leader-imbalance'],
  summary: 'The disk of {component} runs full.',
  mechanism: 'Free space fell below the reserve in steps. The control plane stops giving the store regions, then the store refuses writes of the regions that it leads, and at last its process dies of ENOSPC.',
  impact: [{ component: 'component', effect: 'takes no new regions and, when nothing is left, refuses writes' }, { component: 'clients', effect: 'retries of refused writes until leaders move away' }],
  remedies: [
    { action: 'free-disk', on: 'component', benefits: 'ends it at once', risks: "only files that are not the database's own: never SST or raft files", reversible: false },
    { action: 'add-store', benefits: 'gives regions a place to go', risks: 'moving takes space and time first', reversible: true },
    { action: 'throttle-load', benefits: 'gains time', risks: 'clients are slowed', reversible: true },
  ],
  verifyBy: 'its available bytes are over a fifth of its capacity and err_disk_full does not grow',
};
