import type { Cause } from '../cause.ts';

/** A node gets less CPU than its work needs, though its work did not grow. */
export const cpuStarved: Cause = {
  kind: 'cpu-starved',
  about: ['tikv'],
  needs: [['cpu-quota-cut', 'scrape-slow'], ['reads-slow', 'waits-slow', 'writes-slow', 'scrape-slow']],
  predicts: [
    { sign: 'cpu-quota-cut', weight: 5, missing: 1 },
    { sign: 'scrape-slow', weight: 3, missing: 1 },
    { sign: 'reads-slow', weight: 3 },
    { sign: 'waits-slow', weight: 2 },
    { sign: 'writes-slow', weight: 1, missing: 0 },
  ],
  forbids: [
    { sign: 'scrape-fails', weight: 4 },
    { sign: 'takes-most-reads', weight: 3 },
    { sign: 'takes-most-writes', weight: 3 },
    { sign: 'traffic-up', weight: 2 },
    { sign: 'slow-everywhere', weight: 2 },
  ],
  lookalikes: ['disk-slow', 'hot-spot-read', 'overload', 'network-delay', 'process-hang'],
  brings: ['disk-slow'],
  summary: '{component} is starved of CPU: everything on it is late at once.',
  mechanism: 'Reads, writes, queue waits and even scrapes of this node are late together while its share of the requests did not grow: its threads do not get to run. Slow appends are part of it, not a sick disk.',
  impact: [{ component: 'component', effect: 'everything on it is late' }, { component: 'clients', effect: 'latency of requests to regions that it leads' }],
  remedies: [
    { action: 'fix-config', on: 'component', benefits: 'gives the CPU quota back', risks: 'find out who lowered it first', reversible: true },
    { action: 'evict-leaders', on: 'component', benefits: 'clients feel it no longer', risks: 'the others carry its load; must be removed again', reversible: true },
    { action: 'wait-and-watch', benefits: 'a neighbour may finish', risks: 'clients wait meanwhile', reversible: true },
  ],
  verifyBy: 'its read p99, propose wait and scrape duration are back at their quiet values',
};
