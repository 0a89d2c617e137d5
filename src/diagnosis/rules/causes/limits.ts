import type { Cause } from '../cause.ts';

/** A process may open no more files. */
export const descriptorsExhausted: Cause = {
  kind: 'quota-exhausted',
  resource: 'file-descriptors',
  about: ['tikv', 'pd'],
  needs: [['descriptors-used-up']],
  predicts: [{ sign: 'descriptors-used-up', weight: 7 }],
  forbids: [{ sign: 'scrape-refused', weight: 4 }],
  lookalikes: ['network-partition', 'process-hang', 'overload', 'disk-full'],
  brings: ['network-partition', 'process-crash', 'network-loss', 'process-hang'],
  summary: '{component} has opened as many files and connections as it may.',
  mechanism: 'Every connection and every file of the engine takes a descriptor. At the limit what is open goes on, and whatever has to be opened anew fails, so that one broken connection never comes back.',
  impact: [{ component: 'component', effect: 'takes no new connection and opens no new file' }, { component: 'clients', effect: 'those that reconnect fail, those that are connected go on' }],
  remedies: [
    { action: 'fix-config', on: 'component', benefits: 'a higher limit at its next start', risks: 'find out first who holds so many', reversible: true },
    { action: 'throttle-load', benefits: 'fewer connections', risks: 'clients are slowed', reversible: true },
    { action: 'restart-store', on: 'component', benefits: 'frees what leaked', risks: 'breaks the connections that still work', reversible: true },
  ],
  verifyBy: 'its open descriptors are well under its limit',
};

/** A host tracks no more connections. */
export const connectionsExhausted: Cause = {
  ...descriptorsExhausted,
  resource: 'conntrack',
  needs: [['connections-used-up']],
  predicts: [{ sign: 'connections-used-up', weight: 7 }],
  summary: 'The host of {component} tracks as many connections as it can: every new one is dropped.',
  mechanism: 'A firewall or address translation keeps a table of connections. When it is full, streams that exist flow on and each new connection is dropped without a word, which looks like a partition with arbitrary edges after the first reconnect.',
  impact: [{ component: 'component', effect: 'new connections from and to it are dropped' }, { component: 'clients', effect: 'those that reconnect time out, those that are connected go on' }],
  remedies: [
    { action: 'heal-network', on: 'component', benefits: "a larger table, or none for the cluster's own ports, lets everything reconnect", risks: 'none of its own', reversible: true },
    { action: 'throttle-load', benefits: 'fewer short-lived connections', risks: 'clients are slowed', reversible: true },
    { action: 'wait-and-watch', benefits: 'entries expire by themselves', risks: 'never restart anything meanwhile: that breaks the connections that still work', reversible: true },
  ],
  verifyBy: 'its table is well under its limit and no connection times out',
};

/** The control plane's own store of metadata is full. */
export const memberSpaceExhausted: Cause = {
  kind: 'quota-exhausted',
  resource: 'etcd-space',
  about: ['pd-group'],
  needs: [['members-out-of-space']],
  predicts: [{ sign: 'members-out-of-space', weight: 8 }, { sign: 'no-leader-answers', weight: 1, missing: 0 }],
  forbids: [{ sign: 'quorum-lost', weight: 6 }],
  lookalikes: ['control-plane-quorum-lost', 'control-plane-leader-lost', 'disk-full'],
  brings: ['control-plane-leader-lost', 'network-partition'],
  summary: 'The space quota of the control plane is reached: it takes no more writes.',
  mechanism: "PD keeps its metadata in an etcd of its own. At its quota every write is refused, a new leader cannot write that it leads, and timestamps cannot be saved ahead, while all its members live and the stores' data is untouched.",
  impact: [{ component: 'component', effect: 'cannot write: no timestamps and no leader after the next change' }, { component: 'clients', effect: 'no new routes and no timestamps; what needs neither goes on' }],
  remedies: [
    { action: 'fix-config', benefits: 'compaction, defragmentation and a larger quota let it write again', risks: 'one member at a time', reversible: true },
    { action: 'wait-and-watch', benefits: 'data on known routes is served', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: 'the database is well under its quota and the leader gives out timestamps',
};
