import type { Json } from '../../../src/kernel/json.ts';
import { LabError } from '../../../src/kernel/result.ts';
import type { Random } from '../../../src/kernel/random.ts';
import type { Controls, CutDirection, CutFrom, LoadSpec, NodeId } from '../contract.ts';
import type { Host } from './hosts/host.ts';
import { Network } from './hosts/network.ts';
import { jittered } from './noise.ts';
import { askMember, type ApiCall } from './pd/api/router.ts';
import type { Store } from './store/store.ts';
import type { World } from './world.ts';

/** What faults may take hold of: processes, disks, CPU quotas, PD's configuration, and the clients' load. */
export function controlsOf(world: World): Required<Omit<Controls, 'data'>> {
  const probe = world.random.fork('probe');
  const initialLoad = world.traffic.load;
  const on = (node: NodeId): Host => {
    const host = world.hostOf(node);
    if (!host) throw new LabError(
      { code: 'LAB_NODE_UNKNOWN', because: `the twin has no node ${node}`, advice: `it has ${world.hosts.map((each) => each.id).join(', ')}` }, 2,
    );
    return host;
  };
  const storeOn = (node: NodeId, what = 'links'): Store => {
    const store = world.stores.find((each) => each.host === on(node));
    if (!store) throw new LabError({ code: 'LAB_NOT_SUPPORTED', because: `the twin models the ${what} of stores, and ${node} is none` }, 2);
    return store;
  };
  const cutStore = (store: Store, from: readonly CutFrom[], direction: CutDirection): void => {
    if (direction !== 'both') throw new LabError({ code: 'LAB_NOT_SUPPORTED', because: 'the twin cuts links both ways, not one way' }, 2);
    store.host.network.cut(from);
    world.changed();
    if (from.includes('peers')) world.links.cutOff(store);
  };
  const healStore = (store: Store): void => {
    store.host.network.heal();
    world.changed();
  };
  return {
    process: {
      kill: async (node) => on(node).process.kill(),
      terminate: async (node) => on(node).process.terminate(),
      start: async (node) => on(node).process.start(),
      pause: async (node) => on(node).process.pause(),
      resume: async (node) => on(node).process.resume(),
      state: async (node) => on(node).process.state,
    },
    disk: {
      slow: async (node, limits) => on(node).disk.slow(limits.addedLatencyMs, limits.writesPerSecondMax),
      restore: async (node) => on(node).disk.restore(),
      probeWriteMs: async (node) => probeWrite(on(node), probe),
    },
    space: {
      fill: async (node, freeShare) => fillDisk(storeOn(node), freeShare),
      free: async (node) => on(node).disk.fill(0),
      probeFreeShare: async (node) => storeOn(node).availableBytes / on(node).disk.capacityBytes,
    },
    cpu: {
      throttle: async (node, cores) => on(node).cpu.throttle(cores),
      restore: async (node) => on(node).cpu.restore(),
      probeCores: async (node) => on(node).cpu.available,
    },
    memory: {
      limit: async (node, limitBytes) => storeOn(node, 'memory').host.memory.limit(limitBytes),
      restore: async (node) => on(node).memory.restore(),
      probeLimitBytes: async (node) => on(node).memory.limitBytes,
    },
    supervisor: {
      failLiveness: async (node, killAfterMs) => on(node).process.failLiveness(killAfterMs),
      repairLiveness: async (node) => on(node).process.failLiveness(undefined),
      probeRestarts: async (node) => on(node).process.restarts,
    },
    network: {
      cut: async (node, from, direction = 'both') => cutStore(storeOn(node), from, direction),
      heal: async (node) => healStore(storeOn(node)),
      probeLost: async (node) => cutsOf(on(node)),
    },
    links: {
      impair: async (node, { delayMs = 0, lossShare = 0 }) => on(node).network.impair({ delayMs, lossShare }),
      restore: async (node) => on(node).network.restore(),
      probe: async (node) => probeLink(on(node)),
    },
    config: { read: async (key) => readConfig(world, key), write: async (key, value) => writeConfig(world, key, value) },
    load: { set: async (load: LoadSpec) => world.traffic.change(load), current: () => world.traffic.load, initial: () => initialLoad },
  };
}

/** TiKV's `reserve-space`, 5 GiB or a twentieth of the disk: what happens below it is not modelled, so it is not allowed. */
const reserveShare = 0.06;

function fillDisk(store: Store, freeShare: number): void {
  if (freeShare < reserveShare) throw new LabError(
    { code: 'LAB_NOT_SUPPORTED', because: `the twin does not model a store below its reserve, and ${freeShare} of the disk is less`, advice: `leave ${reserveShare} or more` }, 2,
  );
  const { disk } = store.host;
  disk.fill(Math.max(0, Math.round(disk.capacityBytes * (1 - freeShare)) - store.usedBytes));
}

/** A ping from a host whose own links are free. */
function probeLink(host: Host): { roundTripMs: number; lostShare: number } {
  const { baseMs, addedMs, lostShare } = host.network.roundTripTo(new Network());
  return { roundTripMs: baseMs + addedMs, lostShare };
}

const cutsOf = (host: Host): CutFrom[] => (['peers', 'control-plane', 'clients'] as const).filter((part) => host.network.isCut(part));

const probeWrite = (host: Host, random: Random): number => Math.round(jittered(random, host.disk.syncMs(), 0.05) * 1000) / 1000;

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
