/** The version of the closed vocabulary below; it enters fingerprints, since a new word changes what can be answered. */
export const vocabularyVersion = 1;

/**
 * What can be wrong, in the field's own words. A cause is the earliest thing that went wrong: where a slow disk
 * makes a write stall, `disk-slow` is the cause and the stall is mechanism or impact.
 */
export const causeKinds = [
  'process-crash', 'process-hang', 'process-restarting', 'planned-stop',
  'disk-slow', 'disk-stalled', 'disk-full', 'disk-corrupted',
  'cpu-starved', 'memory-exhausted',
  'network-delay', 'network-loss', 'network-partition',
  'clock-skew',
  'overload', 'pool-exhausted', 'background-load', 'lock-contention', 'retry-storm',
  'hot-spot-read', 'hot-spot-write',
  'leader-imbalance', 'region-imbalance', 'scheduling-misconfigured', 'placement-unsatisfiable',
  'write-stall',
  'replica-quorum-lost', 'replica-lagging', 'election-stalled',
  'control-plane-leader-lost', 'control-plane-quorum-lost', 'control-plane-overloaded',
  'quota-exhausted', 'misconfigured', 'certificate-expired', 'identity-conflict', 'stale-route',
  'telemetry-lost', 'none',
] as const;

/** One word of the vocabulary. */
export type CauseKind = (typeof causeKinds)[number];

/** Who still sees whom in a `network-partition`. */
export const partitionScopes = ['full', 'peers-only', 'control-plane-only', 'clients-only', 'partial', 'one-way'] as const;

/** What ran out in `quota-exhausted`. */
export const quotaResources = ['conntrack', 'file-descriptors', 'etcd-space'] as const;
