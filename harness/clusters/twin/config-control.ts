import type { Json } from '../../../src/kernel/json.ts';
import { LabError } from '../../../src/kernel/result.ts';
import type { ConfigControl } from '../contract.ts';
import { askMember, type ApiCall } from './pd/api/router.ts';
import type { World } from './world.ts';

/** PD's configuration, read and changed as an operator would. */
export function configControl(world: World): ConfigControl {
  return { read: async (key) => readConfig(world, key), write: async (key, value) => writeConfig(world, key, value) };
}

/** `schedulers/<name>` (a per-store scheduler with its store: `evict-leader-scheduler-4`, or `evict-leader-scheduler-tikv-2`) or `schedule/<item>`. */
function readConfig(world: World, key: string): Json {
  const [section, name] = splitKey(key);
  if (section === 'schedule') return world.pd.config.get(name);
  const scheduler = world.pd.schedulers.get(perStoreScheduler(world, name)?.scheduler ?? name);
  const storeId = perStoreScheduler(world, name)?.storeId;
  if (!scheduler) return null;
  return storeId === undefined || JSON.stringify(scheduler.config()).includes(`"${storeId}"`) ? true : null;
}

/** Through PD's own API, so that PD's log tells who did it. Setting what is set already is no call at all. */
function writeConfig(world: World, key: string, value: Json): void {
  const [section, name] = splitKey(key);
  if (section === 'schedule') return call(world, { method: 'POST', path: '/pd/api/v1/config/schedule', body: JSON.stringify({ [name]: value }) });
  const present = readConfig(world, key) === true;
  const perStore = perStoreScheduler(world, name);
  const listed = perStore ? `${perStore.scheduler}-${perStore.storeId}` : name;
  if (value === null && present) return call(world, { method: 'DELETE', path: `/pd/api/v1/schedulers/${listed}` });
  if (value === null || present) return;
  const body = perStore ? { name: perStore.scheduler, store_id: perStore.storeId } : { name };
  call(world, { method: 'POST', path: '/pd/api/v1/schedulers', body: JSON.stringify(body) });
}

/** A scheduler that is made for one store, which is named by its node or by its number. */
function perStoreScheduler(world: World, name: string): { scheduler: string; storeId: number } | undefined {
  const match = /^(.*-scheduler)-(.+)$/.exec(name);
  const [, scheduler, of] = match ?? [];
  if (scheduler === undefined || of === undefined) return undefined;
  return { scheduler, storeId: world.stores.find((store) => store.node === of)?.id ?? Number(of) };
}

function call(world: World, request: ApiCall): void {
  const server = world.pd.members.serving;
  if (!server) throw new LabError({ code: 'LAB_PD_LEADERLESS', because: 'PD has no leader that could change its configuration', advice: 'wait for a leader' }, 4);
  const result = askMember(world, server, request);
  if (!result.ok) throw new LabError(result.failure, 4);
  if (result.value.status >= 400) throw new LabError({ code: 'LAB_PD_REFUSED', because: `PD answered ${result.value.status}: ${result.value.body}` }, 4);
}

function splitKey(key: string): ['schedule' | 'schedulers', string] {
  const match = /^(schedule|schedulers)\/(.+)$/.exec(key);
  if (!match) throw new LabError(
    { code: 'LAB_CONFIG_KEY', because: `the twin has no configuration key ${key}`, advice: 'use schedulers/<name> or schedule/<item>' }, 2,
  );
  return [match[1] as 'schedule' | 'schedulers', match[2] as string];
}
