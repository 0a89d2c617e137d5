import type { Cause } from '../cause.ts';

/** A store's block cache was made so small that reads miss what always was in memory. */
export const cacheTooSmall: Cause = {
  kind: 'misconfigured',
  about: ['tikv'],
  needs: [['cache-shrunk'], ['cache-misses', 'reads-slow', 'waits-slow']],
  predicts: [
    { sign: 'cache-shrunk', weight: 5 },
    { sign: 'cache-misses', weight: 4, missing: 2 },
    { sign: 'reads-slow', weight: 3, missing: 0 },
    { sign: 'waits-slow', weight: 1, missing: 0 },
    { sign: 'evicted-as-slow', weight: 1, missing: 0 },
    { sign: 'scrape-slow', weight: 1, missing: 0 },
    { sign: 'writes-slow', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'cpu-quota-cut', weight: 3 },
    { sign: 'restarted', weight: 5 },
    { sign: 'scrape-fails', weight: 4 },
    { sign: 'sync-slow', weight: 2 },
    { sign: 'traffic-up', weight: 2 },
  ],
  lookalikes: ['cpu-starved', 'disk-slow', 'hot-spot-read', 'overload', 'pool-exhausted'],
  brings: ['leader-imbalance', 'cpu-starved', 'pool-exhausted', 'overload', 'disk-slow'],
  summary: 'The block cache of {component} was made too small: its reads look for indexes and filters that no longer fit.',
  mechanism: 'Each read has to fetch, check and unpack blocks that were in memory before, which costs several times the CPU of the read itself. The requests, the quota and the raft log are as they were; what is slow follows from a setting that was changed while the store ran.',
  impact: [{ component: 'component', effect: 'its CPU goes into unpacking blocks, and everything on it waits' }, { component: 'clients', effect: 'latency of requests to regions that it leads' }],
  remedies: [
    { action: 'fix-config', on: 'component', benefits: 'the cache fills again within minutes', risks: 'take the old value; more than the memory limit allows gets the store killed', reversible: true },
    { action: 'evict-leaders', on: 'component', benefits: 'clients feel it no longer', risks: 'the others carry its load; must be removed again', reversible: true },
    { action: 'wait-and-watch', benefits: 'nothing is lost meanwhile', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: 'its block cache is as large as those of its peers and its read p99 is back at the quiet value',
};
