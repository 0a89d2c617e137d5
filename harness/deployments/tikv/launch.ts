import type { Launch, PlannedNode, Settings } from '../contract.ts';
import { tomlOf } from './toml.ts';

/** What three of them on one machine cannot afford, and a bound for scores and low-space rules. Everything else is as TiKV comes. */
const tikvDefaults: Settings = { 'storage.reserve-space': '1MB', 'storage.block-cache.capacity': '256MB', 'raftstore.capacity': '10GB' };

const pdDefaults: Settings = { 'log.level': 'info' };

/** Sections and items of PD's file; what a scenario sets besides is TiKV's. */
const pdNames = /^(schedule|replication|pd-server|dashboard|replication-mode|keyspace|lease|tick-interval|election-interval|tso-save-interval|tso-update-physical-interval|quota-backend-bytes|auto-compaction-retention-v2|auto-compaction-mode|enable-prevote)(\.|$)/;

const address = (node: PlannedNode, port: string): string => `${node.host}:${node.ports[port]}`;
const url = (node: PlannedNode, port: string): string => `http://${address(node, port)}`;

/** Flags and configuration file of a PD or TiKV server. Data lies in a folder of its own, because PD wants nothing else beside it. */
export function launch(node: PlannedNode, all: readonly PlannedNode[], settings: Settings = {}): Launch {
  const pds = all.filter(({ role }) => role === 'pd');
  return node.role === 'pd' ? pdLaunch(node, pds, settings) : tikvLaunch(node, pds, settings);
}

function pdLaunch(node: PlannedNode, pds: readonly PlannedNode[], settings: Settings): Launch {
  const config = tomlOf({ ...pdDefaults, ...chosen(settings, (name) => pdNames.test(name)) });
  return {
    args: [
      `--name=${node.id}`, `--data-dir=${node.dataDir}/data`,
      `--client-urls=${url(node, 'main')}`, `--advertise-client-urls=${url(node, 'main')}`,
      `--peer-urls=${url(node, 'peer')}`, `--advertise-peer-urls=${url(node, 'peer')}`,
      `--initial-cluster=${pds.map((each) => `${each.id}=${url(each, 'peer')}`).join(',')}`,
      `--config=${node.dataDir}/pd.toml`,
    ],
    files: new Map([['pd.toml', config]]),
  };
}

function tikvLaunch(node: PlannedNode, pds: readonly PlannedNode[], settings: Settings): Launch {
  const config = tomlOf({ ...tikvDefaults, ...chosen(settings, (name) => !pdNames.test(name)) });
  return {
    args: [
      `--addr=${address(node, 'main')}`, `--advertise-addr=${address(node, 'main')}`,
      `--status-addr=${address(node, 'status')}`, `--advertise-status-addr=${address(node, 'status')}`,
      `--data-dir=${node.dataDir}/data`, `--pd-endpoints=${pds.map((each) => address(each, 'main')).join(',')}`,
      `--config=${node.dataDir}/tikv.toml`,
    ],
    files: new Map([['tikv.toml', config]]),
  };
}

const chosen = (settings: Settings, mine: (name: string) => boolean): Settings => Object.fromEntries(Object.entries(settings).filter(([name]) => mine(name)));
