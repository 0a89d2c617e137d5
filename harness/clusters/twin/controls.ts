import { LabError } from '../../../src/kernel/result.ts';
import type { Random } from '../../../src/kernel/random.ts';
import type { Controls, CutDirection, CutFrom, DialDirection, LoadSpec, NodeId } from '../contract.ts';
import { stepClock } from './clocks.ts';
import { configControl } from './config-control.ts';
import type { Host } from './hosts/host.ts';
import { Network } from './hosts/network.ts';
import { jittered } from './noise.ts';
import type { Store } from './store/store.ts';
import { clientsCutOff } from './store/clients-cut.ts';
import type { World } from './world.ts';

/** What faults may take hold of: processes and who supervises them, what machines are made of, links and firewalls, clocks, PD's configuration, and the clients' load. */
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
    store.host.network.cut(from, direction);
    world.changed(store);
    if (from.includes('clients')) clientsCutOff(store);
    if (from.includes('control-plane')) world.pdClients.cutOff(store);
    if (from.includes('peers')) world.links.cutOff(store);
  };
  const healStore = (store: Store): void => {
    store.host.network.heal();
    world.changed(store);
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
    release: {
      install: async (node, version) => void (storeOn(node, 'versions').host.installed = version),
      installed: async (node) => on(node).installed,
    },
    grayDisk: {
      slow: async (node, by) => on(node).disk.slow(by),
      restore: async (node) => on(node).disk.restore(),
      probeWriteMs: async (node) => probeWrite(on(node), probe),
    },
    disk: {
      slow: async (node, limits) => on(node).disk.slow(limits),
      restore: async (node) => on(node).disk.restore(),
      probeWriteMs: async (node) => probeWrite(on(node), probe),
    },
    stall: {
      hang: async (node) => on(node).disk.hang(),
      release: async (node) => on(node).disk.release(),
      probeCompletes: async (node) => !on(node).disk.hung,
    },
    space: {
      fill: async (node, freeShare) => fillDisk(storeOn(node, 'disk space'), freeShare),
      free: async (node) => on(node).disk.fill(0),
      probeFreeShare: async (node) => storeOn(node, 'disk space').availableBytes / on(node).disk.capacityBytes,
    },
    cpu: {
      throttle: async (node, cores) => on(node).cpu.throttle(cores),
      restore: async (node) => on(node).cpu.restore(),
      probeCores: async (node) => on(node).cpu.available,
    },
    neighbour: {
      move: async (node, takes) => on(node).neighbour.take(takes),
      leave: async (node) => on(node).neighbour.take(),
      probe: async (node) => on(node).neighbour.takes,
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
    firewall: {
      block: async (node, direction) => blockDials(world, storeOn(node), direction),
      open: async (node) => openDials(world, storeOn(node)),
      probeBlocked: async (node) => (['outgoing', 'incoming'] as const).filter((direction) => on(node).network.dialsBlocked(direction)),
    },
    clock: {
      step: async (node, offsetMs) => stepClock(world, on(node), offsetMs),
      probeOffsetMs: async (node) => on(node).clock.offsetMs,
    },
    links: {
      impair: async (node, { delayMs = 0, lossShare = 0 }) => on(node).network.impair({ delayMs, lossShare }),
      restore: async (node) => on(node).network.restore(),
      probe: async (node) => probeLink(on(node)),
    },
    grayLink: {
      impair: async (node, sometimes) => on(node).network.impair({ sometimes }),
      restore: async (node) => on(node).network.restore(),
      probeMs: async (node) => meanRoundTripMs(on(node)),
    },
    config: configControl(world),
    load: { set: async (load: LoadSpec) => world.traffic.change(load), current: () => world.traffic.load, initial: () => initialLoad },
  };
}

function fillDisk(store: Store, freeShare: number): void {
  const { disk } = store.host;
  disk.fill(Math.max(0, Math.round(disk.capacityBytes * (1 - freeShare)) - store.usedBytes));
}

function openDials(world: World, store: Store): void {
  store.host.network.blockDials(undefined);
  world.changed(store);
  // Connections that were never given up carry again: whoever fell behind over them is brought up to date.
  for (const each of world.stores) world.raft.audible(each);
}

function blockDials(world: World, store: Store, direction: DialDirection): void {
  store.host.network.blockDials(direction);
  world.changed(store);
  world.links.blocked(store, direction);
}

/** A ping from a host whose own links are free. */
function probeLink(host: Host): { roundTripMs: number; lostShare: number } {
  const { baseMs, addedMs, lostShare } = host.network.roundTripTo(new Network());
  return { roundTripMs: baseMs + addedMs, lostShare };
}

/** What pings from a host whose own links are free take on average. */
function meanRoundTripMs(host: Host): number {
  const { baseMs, addedMs, wait } = host.network.roundTripTo(new Network());
  return baseMs + addedMs + (wait ? wait.share * wait.meanMs : 0);
}

const cutsOf = (host: Host): CutFrom[] => (['peers', 'control-plane', 'clients'] as const).filter((part) => host.network.isCut(part));

const probeWrite = (host: Host, random: Random): number => Math.round(jittered(random, host.disk.syncMs(), 0.05) * 1000) / 1000;
