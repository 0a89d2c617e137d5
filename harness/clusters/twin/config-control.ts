import type { Json } from '../../../src/kernel/json.ts';
import { LabError } from '../../../src/kernel/result.ts';
import type { ConfigControl } from '../contract.ts';
import { askMember, type ApiCall } from './pd/api/router.ts';
import type { StoreView } from './pd/views.ts';
import { askStore } from './store/api/router.ts';
import type { Store } from './store/store.ts';
import type { World } from './world.ts';

/** One part of the configuration: how an item of it is read, and how it is written through PD's own API. */
interface Section {
  readonly read: (world: World, item: string) => Json;
  readonly write: (world: World, item: string, value: Json) => void;
}

const api = '/pd/api/v1';

/** PD's configuration, read and changed as an operator would: through PD, so that its log tells who did it. */
export function configControl(world: World): ConfigControl {
  return {
    read: async (key) => {
      const [section, item] = sectionOf(key);
      return section.read(world, item);
    },
    write: async (key, value) => {
      const [section, item] = sectionOf(key);
      section.write(world, item, value);
    },
  };
}

const settings = (path: string): Section => ({
  read: (world, item) => world.pd.config.get(item),
  write: (world, item, value) => call(world, { method: 'POST', path: `${api}/config/${path}`, body: JSON.stringify({ [item]: value }) }),
});

/** A scheduler is there or not; a per-store one is named with its store: `evict-leader-scheduler-4`, or `evict-leader-scheduler-tikv-2`. */
const schedulers: Section = {
  read: (world, name) => {
    const perStore = perStoreScheduler(world, name);
    const scheduler = world.pd.schedulers.get(perStore?.scheduler ?? name);
    if (!scheduler) return null;
    return perStore === undefined || JSON.stringify(scheduler.config()).includes(`"${perStore.storeId}"`) ? true : null;
  },
  // Setting what is set already is no call at all.
  write: (world, name, value) => {
    const present = schedulers.read(world, name) === true;
    const perStore = perStoreScheduler(world, name);
    const listed = perStore ? `${perStore.scheduler}-${perStore.storeId}` : name;
    if (value === null && present) return call(world, { method: 'DELETE', path: `${api}/schedulers/${listed}` });
    if (value === null || present) return;
    const body = perStore ? { name: perStore.scheduler, store_id: perStore.storeId } : { name };
    call(world, { method: 'POST', path: `${api}/schedulers`, body: JSON.stringify(body) });
  },
};

/** A store serves (`Up`) or is to leave the cluster (`Offline`); a tombstone cannot come back. */
const stores: Section = {
  read: (world, node) => {
    const { leaving, buried } = viewOf(world, node);
    return buried ? 'Tombstone' : leaving ? 'Offline' : 'Up';
  },
  write: (world, node, value) => {
    if (stores.read(world, node) === value) return;
    const { id } = viewOf(world, node);
    call(world, value === 'Offline' ? { method: 'DELETE', path: `${api}/store/${id}` } : { method: 'POST', path: `${api}/store/${id}/state`, query: { state: String(value) } });
  },
};

/** A placement rule, by group and id, e.g. `archive/extra`. */
const rules: Section = {
  read: (world, name) => (world.pd.placement.rules.find(({ group_id: group, id }) => `${group}/${id}` === name) as unknown as Json) ?? null,
  write: (world, name, value) => {
    const [group, id] = name.split('/');
    if (value === null) return call(world, { method: 'DELETE', path: `${api}/config/rule/${name}` });
    call(world, { method: 'POST', path: `${api}/config/rule`, body: JSON.stringify({ ...(value as object), group_id: group, id }) });
  },
};

/** Who leads PD, `leader/pd`: it may be asked to make room for a member by name, or with null for any other. */
const leader: Section = {
  read: (world) => world.pd.members.serving?.name ?? null,
  write: (world, _, name) => {
    if (world.pd.members.serving?.name !== name) call(world, { method: 'POST', path: `${api}/leader/${name === null ? 'resign' : `transfer/${String(name)}`}` });
  },
};

/** A store's own setting, by node and item: `tikv/tikv-2/storage.block-cache.capacity`. */
const ofStores: Section = {
  read: (world, name) => {
    const [store, item] = settingOf(world, name);
    const page = JSON.parse(orRefused(askStore(world, store, { request: { method: 'GET', path: '/config' }, page: () => '' }))) as Json;
    return item.split('.').reduce<Json>((value, key) => (value as Record<string, Json> | null)?.[key] ?? null, page);
  },
  write: (world, name, value) => {
    const [store, item] = settingOf(world, name);
    orRefused(askStore(world, store, { request: { method: 'POST', path: '/config', body: JSON.stringify({ [item]: value }) }, page: () => '' }));
  },
};

function settingOf(world: World, name: string): [Store, string] {
  const [, node = '', item = ''] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  const store = world.stores.find((each) => each.node === node);
  if (!store) throw new LabError({ code: 'LAB_NODE_UNKNOWN', because: `no store runs on ${node}`, advice: `the stores are on ${world.stores.map((each) => each.node).join(', ')}` }, 2);
  return [store, item];
}

/** What was answered, where it was not an error. */
function orRefused(result: ReturnType<typeof askStore>): string {
  if (!result.ok) throw new LabError(result.failure, 4);
  if (result.value.status >= 400) throw new LabError({ code: 'LAB_STORE_REFUSED', because: `the store answered ${result.value.status}: ${result.value.body}` }, 4);
  return result.value.body;
}

const sections: Readonly<Record<string, Section>> = { schedulers, stores, rules, leader, tikv: ofStores, schedule: settings('schedule'), replication: settings('replicate') };

function viewOf(world: World, node: string): StoreView {
  const store = world.stores.find((each) => each.node === node);
  const view = store && world.pd.stores.get(store.id);
  if (!view) throw new LabError({ code: 'LAB_NODE_UNKNOWN', because: `PD knows no store on ${node}`, advice: `it has ${world.stores.map((each) => each.node).join(', ')}` }, 2);
  return view;
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

function sectionOf(key: string): [Section, string] {
  const [, name = '', item = ''] = /^([a-z]+)\/(.+)$/.exec(key) ?? [];
  const section = sections[name];
  if (!section) throw new LabError(
    { code: 'LAB_CONFIG_KEY', because: `the twin has no configuration key ${key}`, advice: `use ${Object.keys(sections).map((each) => `${each}/<name>`).join(', ')}` }, 2,
  );
  return [section, item];
}
