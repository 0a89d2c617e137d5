import type { Cause } from '../cause.ts';

/** A clock was moved. */
export const clockSkew: Cause = {
  kind: 'clock-skew',
  about: ['pd', 'tikv'],
  needs: [['clock-set-back', 'clock-off']],
  predicts: [{ sign: 'clock-off', weight: 6, missing: 1 }, { sign: 'clock-set-back', weight: 5, missing: 0 }],
  forbids: [{ sign: 'fsync-slow', weight: 2 }, { sign: 'restarted', weight: 1 }],
  lookalikes: ['disk-slow', 'control-plane-leader-lost', 'cpu-starved', 'telemetry-lost'],
  brings: ['disk-slow', 'telemetry-lost', 'network-partition', 'control-plane-overloaded'],
  summary: 'The clock of {component} is wrong: it was moved away from that of the others.',
  mechanism: 'Its wall clock jumped while its timers went on. After a jump back timestamps keep their physical part until the clock has caught up; after a jump ahead they leap, and the control plane takes every store for silent until its next heartbeat. What compares instants of two nodes, log stamps among them, is wrong meanwhile.',
  impact: [{ component: 'component', effect: 'its log stamps and timestamps leave those of the others' }, { component: 'clients', effect: 'none for raw traffic; transactions may see timestamps that stand still' }],
  remedies: [
    { action: 'step-clock-slowly', on: 'component', benefits: 'brings the clock back without another jump', risks: 'a step instead of a slew breaks leases', reversible: true },
    { action: 'resign-pd-leader', on: 'component', benefits: 'lets a member with a right clock give out timestamps', risks: 'a second without timestamps', reversible: true },
    { action: 'wait-and-watch', benefits: 'a small offset heals by itself', risks: 'a wrong clock may jump again', reversible: true },
  ],
  verifyBy: 'no further jump is counted and its log stamps agree with the others',
};

/** A member of the control plane has more to do than it can. */
export const controlPlaneOverloaded: Cause = {
  kind: 'control-plane-overloaded',
  about: ['pd'],
  needs: [['member-cpu-full']],
  predicts: [{ sign: 'member-cpu-full', weight: 5 }, { sign: 'stores-lost-control-plane', weight: 2, missing: 0 }, { sign: 'scrape-slow', weight: 1, missing: 0 }],
  forbids: [{ sign: 'fsync-slow', weight: 2 }, { sign: 'quorum-lost', weight: 5 }, { sign: 'scrape-fails', weight: 5 }, { sign: 'restarted', weight: 4 }, { sign: 'slow-everywhere', weight: 1 }, { sign: 'traffic-up', weight: 1 }, { sign: 'a-store-is-down', weight: 1 }],
  lookalikes: ['control-plane-leader-lost', 'disk-slow', 'network-partition', 'clock-skew', 'overload'],
  summary: '{component} has more to do than its cores allow: the control plane is late.',
  mechanism: 'Handling heartbeats, routes or requests takes all of its CPU, so stores time out and ask again, which makes it worse. The stores themselves serve as before.',
  impact: [{ component: 'component', effect: 'answers late' }, { component: 'group', effect: 'stores may look disconnected; timestamps and routes come late' }],
  remedies: [
    { action: 'stop-background-job', benefits: 'right where somebody polls it or scans regions', risks: 'the job has to run again', reversible: true },
    { action: 'resign-pd-leader', on: 'component', benefits: 'another member may have more room', risks: 'cold caches: it may get worse first', reversible: true },
    { action: 'wait-and-watch', benefits: 'right for a short burst', risks: 'a storm of retries feeds itself', reversible: true },
  ],
  verifyBy: 'its share of CPU is back at its quiet value and every store is Up',
};
