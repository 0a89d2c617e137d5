import type { Cause } from '../cause.ts';

/** The leader of the control plane was lost; a successor was or will be elected. */
export const controlPlaneLeaderLost: Cause = {
  kind: 'control-plane-leader-lost',
  about: ['pd'],
  needs: [['led-the-control-plane'], ['scrape-fails', 'restarted', 'lost-leadership']],
  predicts: [
    { sign: 'led-the-control-plane', weight: 3 },
    { sign: 'scrape-fails', weight: 3, missing: 1 },
    { sign: 'restarted', weight: 2, missing: 0 },
    { sign: 'lost-leadership', weight: 2, missing: 0 },
    { sign: 'stores-lost-control-plane', weight: 2, missing: 0 },
  ],
  forbids: [{ sign: 'graceful-stop-logged', weight: 7 }, { sign: 'end-unexplained', weight: 12 }, { sign: 'resigned', weight: 7 }, { sign: 'quorum-lost', weight: 7 }],
  lookalikes: ['control-plane-quorum-lost', 'planned-stop', 'process-hang', 'network-partition', 'clock-skew'],
  brings: ['network-partition'],
  summary: 'The control plane lost its leader {component}.',
  mechanism: 'The member that led the control plane went away without handing over, so the others had to wait for its lease to end before one of them could lead: for 11 to 15 s nobody gave out timestamps or scheduled. Stores show as disconnected until their next heartbeat.',
  impact: [{ component: 'component', effect: 'no longer leads' }, { component: 'group', effect: 'no leader, timestamps or scheduling until a successor serves' }, { component: 'clients', effect: 'no timestamps and no new routes for about 13 s; reads and writes on known routes go on' }],
  remedies: [
    { action: 'wait-and-watch', benefits: 'a successor is elected within about 15 s', risks: 'one more member lost costs the quorum', reversible: true },
    { action: 'restart-pd', on: 'component', benefits: 'restores redundancy', risks: 'only this member, and not a second one at the same time', reversible: true },
  ],
  verifyBy: 'one member leads, all members are healthy, and every store heartbeats again',
};

/** A majority of the control plane is gone. */
export const controlPlaneQuorumLost: Cause = {
  kind: 'control-plane-quorum-lost',
  about: ['pd-group'],
  needs: [['quorum-lost']],
  predicts: [
    { sign: 'quorum-lost', weight: 6 },
    { sign: 'no-leader-answers', weight: 3 },
    { sign: 'stores-lost-control-plane', weight: 2, missing: 0.5 },
  ],
  forbids: [],
  lookalikes: ['control-plane-leader-lost', 'replica-quorum-lost', 'telemetry-lost', 'network-partition'],
  brings: ['process-crash', 'control-plane-leader-lost', 'network-partition', 'process-hang', 'planned-stop', 'process-restarting', 'scheduling-misconfigured'],
  summary: 'The control plane has lost its quorum: a majority of its members is gone, so it has no leader and will not get one by itself.',
  mechanism: 'Without a majority etcd commits nothing and elects nobody, so there is no control-plane leader. Metrics that only a leader exports vanish, which looks like calm. Data on known routes is served as before.',
  impact: [{ component: 'component', effect: 'no leader, no scheduling, no timestamps' }, { component: 'clients', effect: 'no timestamps and no new routes; raw traffic on known routes goes on' }],
  remedies: [
    { action: 'restart-pd', benefits: 'one lost member with its data restores the quorum within seconds', risks: 'never wipe its data, and leave the stores alone', reversible: true },
    { action: 'wait-and-watch', benefits: 'traffic on known routes goes on', risks: 'it does not heal by itself', reversible: true },
  ],
  verifyBy: 'etcd_server_has_leader is 1 on a majority and /members answers 200',
};
