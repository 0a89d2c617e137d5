import type { Deployment, RoleSpec } from '../contract.ts';
import { configControl } from './config.ts';
import { identify, ready, settled } from './health.ts';
import { launch } from './launch.ts';
import { splitRegions } from './regions.ts';

const pd: RoleSpec = {
  role: 'pd', nodePrefix: 'pd', program: 'pd-server',
  ports: { main: 2379, peer: 2380 },
  metricsPort: 'main', job: 'pd', controlPlane: true,
};

const store: RoleSpec = {
  role: 'tikv', nodePrefix: 'tikv', program: 'tikv-server',
  ports: { main: 20160, status: 20180 },
  metricsPort: 'status', job: 'tikv', controlPlane: false,
  diskBytes: 4 * 2 ** 30,
};

/** TiKV with its PD: first the members of PD, then the stores, both as they come but for what a small machine cannot afford. */
export const tikv: Deployment = {
  subject: 'tikv',
  roles: [pd, store],
  binVariable: 'LAB_TIKV_BIN',
  install: 'Name the folder that holds pd-server and tikv-server with LAB_TIKV_BIN, or put them on PATH (tiup install pd:v8.5.5 tikv:v8.5.5 brings them).',
  launch,
  ready,
  settled,
  // PD elects in 3 to 6 s, stores join in 10 to 20 s, replicas are made within a minute.
  startWithinMs: 180_000,
  identify,
  config: configControl,
  prepare: splitRegions,
};
