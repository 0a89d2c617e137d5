/**
 * Log messages that the rules read, as parts of what a row shows (numbers are `N` there). Whoever does not find one of these
 * where the recording has it, or finds it where the recording has none, may be told something else: no general reason explains that.
 * A test holds this list against the rules.
 */
export const told: readonly string[] = [
  'receive signal N', 'got signal to exit', 'All leaders evicted', 'Welcome to TiKV', 'Welcome to Placement Driver',
  'remove scheduler successfully', 'add scheduler successfully', 'pause store leader transfer', 'detected slow store, start to evict leaders', 'store has been offline',
  'schedule config is updated', 'replication config is updated', 'all config change had been dispatched',
  'broadcasting unreachable', 'connection aborted', 'store heartbeat failed', 'stepped down to follower since quorum is not active',
  'async write too slow', 'system time jump', 'clock offset', 'try to resign etcd leader',
  'Corruption', 'detected rocksdb background error', 'detected damaged regions', 'duplicated store address', 'failed to validate config', 'invalid configuration',
  'certificate has expired', 'CERTIFICATE_VERIFY_FAILED', 'xN: certificate', 'database space exceeded', 'run backup task',
  // Of the etcd inside PD: its rules read these of an etcd that stands alone.
  'prober found high clock drift', 'leader failed to send out heartbeat on time',
];

/** Whether a rule reads a message like this. */
export const isTold = (what: string): boolean => told.some((part) => what.includes(part));
