/** What the rules can notice of an etcd cluster beside the signs that every database shares, each as a statement that is true, false or unknown. */
export const etcdSigns = {
  'calls-refused': 'its API refuses at once: nothing listens there',
  'calls-silent': 'its API takes the call or loses it, and gives no answer',
  'calls-answered': 'its API answers',
  'member-leaderless': 'it answers and knows no leader',
  behind: 'it has applied far less than its leader',
  'peers-noticed-nothing': 'no other member logged a word about it',
  'peers-hear-it': 'the other members go on receiving bytes from it',
  'fatal-data-lost': 'it refuses to start because its data directory does not fit its membership',
  'handed-leadership-over': 'it handed its leadership over on request',
  'sync-stalled': 'it logged a single sync that took many seconds',
  'most-syncs-slow': 'even the middle one of its syncs is slow, on it alone',
  'backend-commit-slow': 'commits of its database file are slow, on it alone',
  'apply-slow': 'applying entries is slow, on it alone',
  'requests-slow': 'requests that are sent to it are slow, on it alone',
  'round-trip-slow': 'round trips between it and every other member are slow, and those of the others are not',
  'cpu-fell': 'it uses far less CPU than in quiet time',
  'late-heartbeats': 'as a leader it sent heartbeats late',
  'sends-fail': 'messages to it cannot be sent',
  'clock-drift-seen': 'the others measure a high drift of its clock',
  'hash-differs': 'its data was found to differ from that of the others',
  'majority-down': 'half of the members or more refuse or are silent',
  'a-member-is-down': 'at least one member refuses or is silent',
  'space-alarm': 'the alarm NOSPACE stands',
  'corrupt-alarm': 'the alarm CORRUPT stands',
  'quota-reached': 'the database has reached its space quota',
  'database-grew': 'the database grew by much since quiet time',
  'puts-refused': 'writes are refused for want of resources',
  'maintenance-logged': 'the log holds maintenance: a requested transfer, compaction or defragmentation',
} as const;

/** Which of them are about the whole cluster. */
export const etcdClusterSigns = ['majority-down', 'a-member-is-down', 'space-alarm', 'corrupt-alarm', 'quota-reached', 'database-grew', 'puts-refused', 'maintenance-logged'] as const;
