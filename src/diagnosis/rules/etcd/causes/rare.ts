import { descriptorsExhausted as tikvDescriptorsExhausted } from '../../causes/limits.ts';
import { retryStorm as tikvRetryStorm } from '../../causes/load-of-others.ts';
import { certificateExpired as tikvCertificateExpired } from '../../causes/set-up.ts';
import type { Cause } from '../../cause.ts';

const watch: Cause['remedies'][number] = { action: 'wait-and-watch', benefits: 'keeps what still works', risks: 'it does not heal by itself', reversible: true };

/** A certificate has ended: the same mechanism as between stores. */
export const certificateExpired: Cause = {
  ...tikvCertificateExpired,
  about: ['cluster'],
  lookalikes: ['network-partition', 'network-loss', 'process-crash', 'quota-exhausted'],
  brings: ['network-partition', 'network-loss', 'replica-quorum-lost', 'telemetry-lost'],
  remedies: [{ action: 'rotate-certificate', benefits: 'new connections are accepted again', risks: 'a new authority needs a rolling restart', reversible: true }, watch],
  verifyBy: 'no handshake is refused and every member names one leader',
};

/** A member may open no more files. */
export const descriptorsExhausted: Cause = {
  ...tikvDescriptorsExhausted,
  about: ['member'],
  lookalikes: ['network-partition', 'process-hang', 'overload', 'disk-full'],
  remedies: [
    { action: 'fix-config', on: 'component', benefits: 'a higher limit at its next start', risks: 'find out first who holds so many', reversible: true },
    { action: 'throttle-load', benefits: 'fewer connections', risks: 'clients are slowed', reversible: true },
    watch,
  ],
};

/** Retries keep up an overload whose trigger is over: the same mechanism as at stores. */
export const retryStorm: Cause = {
  ...tikvRetryStorm,
  needs: [['traffic-up'], ['traffic-rose-after'], ['slow-everywhere']],
  predicts: [{ sign: 'traffic-rose-after', weight: 4 }, { sign: 'traffic-up', weight: 3 }, { sign: 'slow-everywhere', weight: 2 }],
  forbids: [{ sign: 'traffic-rose-first', weight: 6 }, { sign: 'a-member-is-down', weight: 5 }, { sign: 'quorum-lost', weight: 6 }, { sign: 'space-alarm', weight: 6 }, { sign: 'fsync-slow', weight: 6 }, { sign: 'scrape-slow', weight: 5 }, { sign: 'round-trip-slow', weight: 6 }, { sign: 'restarted', weight: 3 }, { sign: 'late-heartbeats', weight: 2 }],
  lookalikes: ['overload', 'disk-slow', 'cpu-starved', 'network-delay'],
};

/** Upkeep of the database takes what clients need. */
export const backgroundLoad: Cause = {
  kind: 'background-load',
  about: ['cluster'],
  needs: [['maintenance-logged'], ['slow-everywhere'], ['backend-commit-seen', 'apply-seen']],
  predicts: [{ sign: 'maintenance-logged', weight: 2 }, { sign: 'slow-everywhere', weight: 3 }, { sign: 'backend-commit-seen', weight: 2, missing: 0 }, { sign: 'apply-seen', weight: 2, missing: 0 }],
  forbids: [
    { sign: 'traffic-up', weight: 4 }, { sign: 'a-member-is-down', weight: 5 }, { sign: 'quorum-lost', weight: 6 }, { sign: 'space-alarm', weight: 5 },
    { sign: 'syncs-seen', weight: 6 }, { sign: 'round-trips-seen', weight: 6 }, { sign: 'scrapes-seen', weight: 6 },
  ],
  lookalikes: ['disk-slow', 'overload', 'cpu-starved', 'quota-exhausted'],
  summary: "The database's own upkeep slows its clients: compaction or defragmentation holds its members while it runs.",
  mechanism: 'Compaction walks through old revisions and defragmentation rewrites the whole file; a member that does so commits and applies late, and one that defragments answers nothing until it is done. Disks, links and CPU are as fast as before.',
  impact: [{ component: 'clients', effect: 'slow requests while it runs' }, { component: 'component', effect: 'commits and applies late' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'it ends with the upkeep', risks: 'clients wait meanwhile', reversible: true },
    { action: 'throttle-load', benefits: 'leaves room for it', risks: 'clients are slowed', reversible: true },
  ],
  verifyBy: 'no upkeep is logged any more and request p99 is back at its quiet value',
};
