import type { Subject } from '../contract.ts';
import { actions } from './actions.ts';
import { controlPlaneInvariants } from './invariants/control-plane.ts';
import { regionInvariants } from './invariants/regions.ts';
import { storeInvariants } from './invariants/stores.ts';
import type { TikvObservation } from './observation.ts';
import { keySeries } from './key-series.ts';
import { observe } from './observe.ts';
import { signals } from './signals.ts';
import { snapshot } from './snapshot.ts';
import { tools } from './tools.ts';

/** TiKV with its PD, seen through PD's HTTP API, Prometheus and logs. */
export const tikv: Subject<TikvObservation> = {
  name: 'tikv',
  roles: [
    { role: 'pd', nodePrefix: 'pd', job: 'pd', controlPlane: true },
    { role: 'tikv', nodePrefix: 'tikv', job: 'tikv', controlPlane: false },
  ],
  observe,
  invariants: [...storeInvariants, ...controlPlaneInvariants, ...regionInvariants],
  signals,
  actions,
  snapshot,
  tools,
  keySeries,
  reads: ({ method, path }) => method === 'GET' && /^\/(pd\/api\/v[12]\/|(metrics|config|status)$)/.test(path),
};
