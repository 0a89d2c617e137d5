import type { Subject } from '../contract.ts';
import { actions } from './actions.ts';
import { clusterInvariants } from './invariants/cluster.ts';
import { memberInvariants } from './invariants/members.ts';
import { keySeries } from './key-series.ts';
import type { EtcdObservation } from './observation.ts';
import { observe } from './observe.ts';
import { reads } from './reads.ts';
import { signals } from './signals.ts';
import { snapshot } from './snapshot.ts';
import { tools } from './tools.ts';

/** An etcd cluster, seen through the JSON gateway and the health endpoints of every member, Prometheus and logs. */
export const etcd: Subject<EtcdObservation> = {
  name: 'etcd',
  roles: [{ role: 'member', nodePrefix: 'etcd', job: 'etcd', controlPlane: true }],
  observe,
  invariants: [...memberInvariants, ...clusterInvariants],
  signals,
  actions,
  snapshot,
  tools,
  keySeries,
  reads,
};
