import type { Cause } from '../cause.ts';

/** A store runs with a setting that does the harm, or does not start with it. */
export const misconfigured: Cause = {
  kind: 'misconfigured',
  about: ['tikv', 'pd'],
  needs: [['config-refused', 'io-limited', 'setting-differs'], ['config-refused', 'writes-throttled', 'level-0-full', 'reads-slow', 'writes-slow', 'waits-slow']],
  predicts: [
    { sign: 'config-refused', weight: 8, missing: 0 },
    { sign: 'io-limited', weight: 6, missing: 0 },
    { sign: 'setting-differs', weight: 5, missing: 0 },
    { sign: 'writes-throttled', weight: 1, missing: 0 },
    { sign: 'fatal-other', weight: 1, missing: 0 },
  ],
  forbids: [{ sign: 'fatal-memory', weight: 6 }, { sign: 'fatal-no-space', weight: 6 }, { sign: 'cpu-quota-cut', weight: 5 }, { sign: 'append-slow', weight: 3 }, { sign: 'sync-slow', weight: 3 }, { sign: 'traffic-up', weight: 3 }, { sign: 'corruption-logged', weight: 5 }],
  lookalikes: ['write-stall', 'process-crash', 'process-restarting', 'cpu-starved', 'disk-slow', 'memory-exhausted', 'overload'],
  brings: ['write-stall', 'process-crash', 'process-restarting', 'pool-exhausted'],
  summary: '{component} runs with settings that do the harm, or refuses to start with them.',
  mechanism: 'What it may do was set lower, or otherwise than on the other stores: its disk, its CPU and its links have room, and its work waits all the same.',
  impact: [{ component: 'component', effect: 'is slower than its machine, or does not run' }, { component: 'clients', effect: 'latency of what it serves; a stall if it is gone' }],
  remedies: [
    { action: 'fix-config', on: 'component', benefits: 'removes the cause', risks: 'find out who set it, and why', reversible: true },
    { action: 'evict-leaders', on: 'component', benefits: 'clients feel it no longer', risks: 'must be removed again', reversible: true },
    { action: 'wait-and-watch', benefits: 'nothing is lost meanwhile', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: 'its settings equal those of the others and its latency is theirs',
};

/** Every store elects too soon. */
export const electsTooSoon: Cause = {
  ...misconfigured,
  about: ['tikv-group'],
  needs: [['elects-without-cause']],
  predicts: [{ sign: 'elects-without-cause', weight: 6 }],
  forbids: [{ sign: 'a-store-is-down', weight: 6 }, { sign: 'two-stores-gone', weight: 6 }, { sign: 'regions-leaderless', weight: 3 }],
  lookalikes: ['network-loss', 'network-partition', 'cpu-starved', 'overload'],
  brings: [],
  summary: 'All stores ask for votes again and again though nobody is missing: their election timeout is shorter than their hiccups.',
  mechanism: 'A timeout that was cut to fail over faster is reached by every late write and every busy moment, so that leaders change without a reason and each change costs a moment.',
  impact: [{ component: 'component', effect: 'leaders change all the time' }, { component: 'clients', effect: 'a short stall at each change' }],
  remedies: [
    { action: 'fix-config', benefits: 'raftstore.raft-election-timeout-ticks back at its old value ends the elections', risks: 'takes effect at a restart: one store at a time', reversible: true },
    { action: 'wait-and-watch', benefits: 'every region has a leader between two elections', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: 'no store asks for votes for ten minutes',
};

/** A certificate has ended. */
export const certificateExpired: Cause = {
  kind: 'certificate-expired',
  about: ['tikv-group'],
  needs: [['certificate-refused']],
  predicts: [{ sign: 'certificate-refused', weight: 8 }],
  forbids: [],
  lookalikes: ['network-partition', 'network-loss', 'process-crash', 'quota-exhausted'],
  brings: ['network-partition', 'network-loss', 'control-plane-leader-lost', 'telemetry-lost', 'leader-imbalance'],
  summary: 'A certificate is no longer accepted: connections that are made anew fail at the handshake.',
  mechanism: 'Certificates end for everybody at one instant. Streams that exist live on, so nothing happens until something reconnects; then one pair after the other is cut, in the order of their reconnects, though every host reaches every other.',
  impact: [{ component: 'component', effect: 'new connections between nodes fail' }, { component: 'clients', effect: 'those that reconnect fail' }],
  remedies: [
    { action: 'rotate-certificate', benefits: 'new connections are accepted again', risks: 'a new authority needs a rolling restart', reversible: true },
    { action: 'wait-and-watch', benefits: 'keeps the connections that still work', risks: 'each reconnect loses one', reversible: true },
  ],
  verifyBy: 'no handshake is refused and every store heartbeats',
};

/** Two stores claim one identity or one address. */
export const identityConflict: Cause = {
  kind: 'identity-conflict',
  about: ['tikv'],
  needs: [['identity-refused', 'wrong-store-messages']],
  predicts: [{ sign: 'identity-refused', weight: 8, missing: 0 }, { sign: 'wrong-store-messages', weight: 6, missing: 0 }, { sign: 'fatal-other', weight: 1, missing: 0 }],
  forbids: [{ sign: 'fatal-no-space', weight: 5 }, { sign: 'fatal-memory', weight: 5 }, { sign: 'corruption-logged', weight: 3 }],
  lookalikes: ['process-restarting', 'process-crash', 'network-partition', 'placement-unsatisfiable', 'disk-corrupted'],
  brings: ['process-restarting', 'process-crash', 'network-partition', 'placement-unsatisfiable'],
  summary: '{component} has an address or an identity that belongs to another store.',
  mechanism: 'The control plane knows one store by this address already, so a second one is refused at its start; or it was taken, and messages for the one reach the other, who drops them.',
  impact: [{ component: 'component', effect: 'does not join, or gets messages that are not its own' }, { component: 'cluster', effect: 'replicas that were meant for it are never complete' }],
  remedies: [
    { action: 'fix-config', on: 'component', benefits: 'an address of its own, or the old identity retired in good order', risks: 'never force the old one away while it holds last replicas', reversible: true },
    { action: 'wait-and-watch', benefits: 'the other stores serve', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: '/stores lists each address once and the store is Up',
};
