import type { Json } from '../../../../../src/kernel/json.ts';
import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import type { PdConfig } from '../config.ts';
import { goTime } from '../go-format.ts';
import settings from './config.json' with { type: 'json' };
import { Kept } from './kept.ts';
import { pretty } from './reply.ts';

const schedulerTypes: Readonly<Record<string, string>> = { 'balance-hot-region-scheduler': 'hot-region' };

/** GET /config/schedule. */
export function scheduleConfig(world: World): HttpResponse {
  return pretty(scheduleSection(world));
}

const replications = new Kept((replication: PdConfig['replication']): HttpResponse => pretty(replication));

/** GET /config/replicate. */
export const replicationConfig = ({ pd: { config } }: World): HttpResponse => replications.of(config, { ...config.replication });

/** GET /config: a real member's answer (`test/facts/config.ts`) with what the model has of its own. */
export function fullConfig(world: World, name: string): HttpResponse {
  const own = JSON.parse(JSON.stringify(settings).replaceAll('{name}', name)) as Record<string, Json>;
  const cluster = world.pd.members.servers.map((server) => `${server.name}=${server.peerUrl}`).join(',');
  return pretty({ ...own, 'initial-cluster': cluster, 'cluster-version': world.pd.clusterVersion.current, schedule: scheduleSection(world), replication: world.pd.config.replication });
}

/** GET /config/{section}: one section of it that nobody changes. */
export const configSection = (world: World, section: 'pd-server' | 'cluster-version' | 'label-property'): HttpResponse => pretty(section === 'cluster-version' ? world.pd.clusterVersion.current : settings[section]);

/** POST /config, /config/schedule or /config/replicate: a partial object, with or without the section in the key. */
export function setConfig(world: World, body: Json): HttpResponse {
  const { config } = world.pd;
  const old = { schedule: JSON.stringify(config.schedule), replication: JSON.stringify(config.replication) };
  for (const [key, value] of Object.entries((body ?? {}) as Record<string, Json>)) {
    const item = key.replace(/^(schedule|replication)\./, '');
    if (!config.set(item, value)) return pretty(`config item ${key} not found`, 400);
  }
  const replication = JSON.stringify(config.replication);
  if (replication !== old.replication) world.pd.log({ source: 'server.go:1155', message: 'replication config is updated', fields: [['new', replication], ['old', old.replication]] });
  else world.pd.log({ source: 'server.go:1056', message: 'schedule config is updated', fields: [['new', JSON.stringify(config.schedule)], ['old', old.schedule]] });
  world.pd.checkers.look();
  return pretty('The config is updated.');
}

/** Whoever changes PD's configuration comes from here: an address set aside for documentation (RFC 5737). */
const callerAddress = '192.0.2.10';

/** What PD writes into its log for each call that changes something. */
export function audit(world: World, call: { readonly label: string; readonly method: string; readonly path: string; readonly body: string }): void {
  const started = goTime(Math.floor(world.engine.nowMs / 1000) * 1000).replace('.000', '');
  const info = `{ServiceLabel:${call.label}, Method:HTTP/1.1/${call.method}:${call.path}, CallerID:anonymous, IP:${callerAddress}, Port:57246, StartTime:${started}, URLParam:{}, BodyParam:${call.body}}`;
  world.pd.log({ source: 'audit.go:133', message: 'audit log', fields: [['service-info', info]] });
}

/** The stores that a scheduler was made for; null for one that is for all. */
function storesOf(world: World, name: string): string[] | null {
  const ranges = (world.pd.schedulers.get(name)?.config() as Record<string, Json> | undefined)?.['store-id-ranges'];
  return ranges ? Object.keys(ranges) : null;
}

function scheduleSection(world: World): Json {
  const { schedulers, disabledSchedulers, config } = world.pd;
  const entry = (name: string, disable: boolean) => ({ type: schedulerTypes[name] ?? name.replace(/-scheduler$/, ''), args: storesOf(world, name), disable, 'args-payload': '' });
  return {
    ...config.schedule,
    'schedulers-v2': [...schedulers.names.map((name) => entry(name, false)), ...[...disabledSchedulers].map((name) => entry(name, true))],
  };
}
