import type { Cause } from '../cause.ts';

/** Data of one store is damaged. */
export const diskCorrupted: Cause = {
  kind: 'disk-corrupted',
  about: ['tikv'],
  needs: [['corruption-logged', 'reads-damaged']],
  predicts: [
    { sign: 'corruption-logged', weight: 7, missing: 0 },
    { sign: 'reads-damaged', weight: 6, missing: 0 },
    { sign: 'fatal-other', weight: 2, missing: 0 },
    { sign: 'starts-repeatedly', weight: 1, missing: 0 },
  ],
  forbids: [{ sign: 'fatal-memory', weight: 5 }, { sign: 'fatal-no-space', weight: 5 }, { sign: 'graceful-stop-logged', weight: 5 }],
  lookalikes: ['process-restarting', 'process-crash', 'memory-exhausted', 'disk-full', 'disk-slow'],
  brings: ['process-crash', 'process-restarting', 'leader-imbalance'],
  summary: 'Data of {component} is damaged: its engine says so.',
  mechanism: 'A block of a file no longer has the content that its checksum promises. Reads of that key range fail while everything else is well, until compaction or a start meets the block; then the process may end, and ends again at every start.',
  impact: [{ component: 'component', effect: 'fails for a part of its data, or does not start' }, { component: 'clients', effect: 'errors for one range of keys while it leads it; a stall at each end of its process' }, { component: 'cluster', effect: 'one good replica less of what it holds' }],
  remedies: [
    { action: 'evict-leaders', on: 'component', benefits: 'reads go to good replicas at once', risks: 'useless where it does not run; must be removed again', reversible: true },
    { action: 'replace-disk', on: 'component', benefits: 'its replicas are rebuilt from good ones', risks: 'only while the other replicas are complete', reversible: false },
    { action: 'wait-and-watch', benefits: 'the others serve what it does not', risks: 'one more failure costs the quorum; never start it over a panic mark', reversible: true },
  ],
  verifyBy: 'no critical error is counted and no line names corruption',
};

/** A store has fallen behind and does not catch up. */
export const replicaLagging: Cause = {
  kind: 'replica-lagging',
  about: ['tikv'],
  needs: [['log-lags', 'applies-late'], ['restarted', 'pending-peers']],
  predicts: [
    { sign: 'log-lags', weight: 4, missing: 1 },
    { sign: 'applies-late', weight: 4, missing: 0 },
    { sign: 'pending-peers', weight: 2 },
    { sign: 'restarted', weight: 1, missing: 0 },
  ],
  forbids: [{ sign: 'scrape-fails', weight: 5 }, { sign: 'called-disconnected', weight: 5 }, { sign: 'append-slow', weight: 4 }, { sign: 'sync-slow', weight: 3 }, { sign: 'cpu-quota-cut', weight: 4 }, { sign: 'pre-vote-loop', weight: 4 }, { sign: 'peers-lost-it', weight: 3 }, { sign: 'starts-repeatedly', weight: 4 }],
  lookalikes: ['process-restarting', 'disk-slow', 'network-partition', 'overload'],
  brings: ['process-restarting', 'leader-imbalance'],
  summary: '{component} is up and far behind: it has to catch up more than it gets done.',
  mechanism: 'It was away, or applies more slowly than writes come. What it misses has to be read from disk by the others, or sent as snapshots that are old when they arrive. It votes and counts as a replica, and a commit that needs it waits.',
  impact: [{ component: 'component', effect: 'holds old data; reads on it wait' }, { component: 'cluster', effect: 'redundancy is less than it looks: one more failure may leave regions waiting for it' }, { component: 'clients', effect: 'next to nothing while both other stores are well' }],
  remedies: [
    { action: 'throttle-load', benefits: 'lets it catch up', risks: 'clients are slowed', reversible: true },
    { action: 'wait-and-watch', benefits: 'it catches up by itself when writes are few', risks: 'never restart it or another store meanwhile', reversible: true },
  ],
  verifyBy: 'no peer is pending and its log lag is back at its quiet value',
};

/** A majority lives and elects nobody. */
export const electionStalled: Cause = {
  kind: 'election-stalled',
  about: ['tikv-group'],
  needs: [['regions-leaderless']],
  predicts: [{ sign: 'regions-leaderless', weight: 6 }],
  forbids: [{ sign: 'two-stores-gone', weight: 8 }, { sign: 'a-store-is-down', weight: 4 }, { sign: 'sync-stopped', weight: 4 }, { sign: 'slow-everywhere', weight: 1 }],
  lookalikes: ['replica-quorum-lost', 'process-crash', 'network-partition', 'stale-route'],
  summary: 'Many regions have no leader though a majority of their replicas lives.',
  mechanism: 'Replicas that sleep do not notice that their leader is gone, and two that are awake may refuse each other. Nobody is elected until somebody asks for the region.',
  impact: [{ component: 'clients', effect: 'the first request to each such region waits for an election' }, { component: 'component', effect: 'regions without a leader' }],
  remedies: [
    { action: 'scatter-regions', benefits: 'touches every region, so that each elects', risks: 'moves leaders', reversible: true },
    { action: 'wait-and-watch', benefits: 'replicas look for their leader by themselves after some minutes', risks: 'cold keys stay slow until then', reversible: true },
  ],
  verifyBy: 'the stores lead as many regions as in quiet time',
};
