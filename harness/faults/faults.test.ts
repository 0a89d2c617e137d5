import { describe, expect, it } from 'vitest';
import { defined } from '../../src/kernel/assert.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { Capability, Controls, CutFrom, DialDirection, LoadSpec, NodeId, ProcessState } from '../clusters/contract.ts';
import type { World } from './contract.ts';
import { faults } from './registry.ts';

/** A world of plain values behind the control contract. */
function world() {
  const states = new Map<NodeId, ProcessState>([['tikv-1', 'running'], ['tikv-2', 'running']]);
  const addedMs = new Map<NodeId, number>();
  const cuts = new Map<NodeId, readonly CutFrom[]>();
  const blocked = new Map<NodeId, DialDirection>();
  const neighbours = new Map<NodeId, { readonly cores: number; readonly diskShare: number }>();
  const offsets = new Map<NodeId, number>();
  const hung = new Set<NodeId>();
  const freeShares = new Map<NodeId, number>();
  const lost = new Set<NodeId>();
  const quotas = new Map<NodeId, number>();
  const versions = new Map<NodeId, string>();
  const memoryLimits = new Map<NodeId, number>();
  const impaired = new Map<NodeId, { readonly delayMs?: number; readonly lossShare?: number }>();
  const settings = new Map<string, Json>([
    ['leader/pd', 'pd'], ['schedulers/balance-leader-scheduler', true], ['schedule/max-merge-region-size', 0], ['schedule/max-merge-region-keys', 0], ['schedule/store-limit', { 1: { 'add-peer': 15, 'remove-peer': 15 }, 4: { 'add-peer': 15, 'remove-peer': 15 } }], ['stores/pd', 'Up'], ['replication/location-labels', ''], ['replication/isolation-level', ''], ['tikv/pd/storage.block-cache.capacity', '256MiB'], ['tikv/pd/rocksdb.rate-bytes-per-sec', '10GiB'],
  ]);
  const initial: LoadSpec = { shape: 'mixed', ratePerSecond: 500, reads: 0.5, keys: 'uniform', valueBytes: 100 };
  let load = initial;
  const set = (state: ProcessState) => async (node: NodeId) => void states.set(node, state);
  const controls: Required<Pick<Controls, 'process' | 'release' | 'supervisor' | 'disk' | 'grayDisk' | 'stall' | 'space' | 'data' | 'cpu' | 'neighbour' | 'memory' | 'network' | 'firewall' | 'clock' | 'links' | 'grayLink' | 'config' | 'load'>> = {
    process: {
      kill: set('exited'), terminate: set('exited'), start: set('running'), pause: set('paused'), resume: set('running'),
      state: async (node) => states.get(node) ?? 'exited',
    },
    release: { install: async (node, version) => void versions.set(node, version), installed: async (node) => versions.get(node) ?? '8.5.8' },
    supervisor: {
      failLiveness: set('exited'),
      repairLiveness: set('running'),
      probeRestarts: async () => 0,
    },
    grayDisk: {
      slow: async (node, by) => void addedMs.set(node, by.addedLatencyMs * by.share),
      restore: async (node) => void addedMs.delete(node),
      probeWriteMs: async (node) => 1 + (addedMs.get(node) ?? 0),
    },
    disk: {
      slow: async (node, limits) => void addedMs.set(node, limits.addedLatencyMs),
      restore: async (node) => void addedMs.delete(node),
      probeWriteMs: async (node) => 3 + (addedMs.get(node) ?? 0),
    },
    stall: {
      hang: async (node) => void hung.add(node),
      release: async (node) => void hung.delete(node),
      probeCompletes: async (node) => !hung.has(node),
    },
    space: {
      fill: async (node, freeShare) => void freeShares.set(node, freeShare),
      free: async (node) => void freeShares.delete(node),
      probeFreeShare: async (node) => freeShares.get(node) ?? 0.9,
    },
    data: {
      lose: async (node) => void lost.add(node),
      giveBack: async (node) => void lost.delete(node),
      probeLost: async (node) => lost.has(node),
    },
    cpu: {
      throttle: async (node, cores) => void quotas.set(node, cores),
      restore: async (node) => void quotas.delete(node),
      probeCores: async (node) => quotas.get(node) ?? 4,
    },
    neighbour: {
      move: async (node, takes) => void neighbours.set(node, takes),
      leave: async (node) => void neighbours.delete(node),
      probe: async (node) => neighbours.get(node) ?? { cores: 0, diskShare: 0 },
    },
    memory: {
      limit: async (node, limitBytes) => void memoryLimits.set(node, limitBytes),
      restore: async (node) => void memoryLimits.delete(node),
      probeLimitBytes: async (node) => memoryLimits.get(node) ?? Infinity,
    },
    firewall: {
      block: async (node, direction) => void blocked.set(node, direction),
      open: async (node) => void blocked.delete(node),
      probeBlocked: async (node) => [blocked.get(node) ?? []].flat(),
    },
    clock: {
      step: async (node, offsetMs) => void (offsetMs === 0 ? offsets.delete(node) : offsets.set(node, offsetMs)),
      probeOffsetMs: async (node) => offsets.get(node) ?? 0,
    },
    grayLink: {
      impair: async (node, { delayMs, share }) => void impaired.set(node, { delayMs: delayMs * share }),
      restore: async (node) => void impaired.delete(node),
      probeMs: async (node) => 1 + (impaired.get(node)?.delayMs ?? 0),
    },
    links: {
      impair: async (node, by) => void impaired.set(node, by),
      restore: async (node) => void impaired.delete(node),
      probe: async (node) => ({ roundTripMs: 1 + (impaired.get(node)?.delayMs ?? 0), lostShare: impaired.get(node)?.lossShare ?? 0 }),
    },
    network: {
      cut: async (node, from) => void cuts.set(node, from),
      heal: async (node) => void cuts.delete(node),
      probeLost: async (node) => cuts.get(node) ?? [],
    },
    config: {
      read: async (key) => settings.get(key) ?? null,
      // Who makes room leads no more, but somebody does.
      write: async (key, value) => void (value === null && key === 'leader/pd' ? settings.set(key, 'another') : value === null ? settings.delete(key) : settings.set(key, value)),
    },
    load: { set: async (next) => void (load = next), current: () => load, initial: () => initial },
  };
  const snapshot = () => JSON.stringify([[...states], [...addedMs], [...hung], [...offsets], [...neighbours], [...blocked], [...lost], [...quotas], [...memoryLimits], [...impaired], [...freeShares], [...cuts], [...settings].sort(), load]);
  return { controls: controls as unknown as World<Capability>, snapshot };
}

/** What these do is over when it is done, or stays: their reverting leaves the world as the injection made it. */
const lasting = new Set(['pd-leader-resigned', 'store-joining']);

describe.each([...faults.values()])('faults: $kind', (fault) => {
  const struck = fault.needs.includes('config') ? ['pd'] : lasting.has(fault.kind) ? ['tikv-3'] : ['tikv-2'];
  const params = fault.params.parse({});

  it('is seen by its witness after the injection and not before', async () => {
    const { controls } = world();
    expect((await fault.witness(controls, struck, params)).bites).toBe(false);
    await fault.inject(controls, struck, params);
    const witness = await fault.witness(controls, struck, params);
    expect(witness.bites).toBe(true);
    expect(witness.measured).not.toBe('');
  });

  it(lasting.has(fault.kind) ? 'leaves the world as it made it after any number of reverts' : 'leaves the world as it was after any number of reverts', async () => {
    const { controls, snapshot } = world();
    const unbroken = snapshot();
    await fault.inject(controls, struck, params);
    expect(snapshot()).not.toBe(unbroken);
    const before = lasting.has(fault.kind) ? snapshot() : unbroken;
    await fault.revert(controls, struck, params);
    await fault.revert(controls, struck, params);
    expect(snapshot()).toBe(before);
  });

  it('can be reverted by a lab that never injected it', async () => {
    const { controls, snapshot } = world();
    const before = snapshot();
    await fault.revert(controls, struck, params);
    expect(snapshot()).toBe(before);
  });

  it('refuses parameters that it does not know', () => {
    expect(fault.params.safeParse({ surprise: 1 }).success).toBe(false);
  });
});

describe('faults: what ends over a lack', () => {
  it.each([['disk-fill', {}], ['memory-limit', {}]])('%s starts a program again that has ended over it', async (kind, given) => {
    const fault = defined(faults.get(kind), kind);
    const { controls } = world();
    await fault.inject(controls, ['tikv-2'], fault.params.parse(given));
    await controls.process.kill('tikv-2');
    await fault.revert(controls, ['tikv-2'], fault.params.parse(given));
    expect(await controls.process.state('tikv-2')).toBe('running');
  });
});

describe('faults: large-values', () => {
  it('takes any size, also one that no raft entry holds, and nothing that is no size', () => {
    const fault = defined(faults.get('large-values'), 'large-values');
    expect(['2MiB', '16MiB', 'much'].map((size) => fault.params.safeParse({ size }).success)).toEqual([true, true, false]);
  });
});

describe('faults: network-partition', () => {
  it('cuts one way where one way is asked for, and both otherwise', async () => {
    const asked: (string | undefined)[] = [];
    const network = { cut: async (_node: NodeId, _from: readonly CutFrom[], direction?: string) => void asked.push(direction), heal: async () => {}, probeLost: async () => [] };
    const fault = defined(faults.get('network-partition'), 'network-partition');
    for (const given of [{}, { direction: 'incoming' }]) await fault.inject({ network } as unknown as World<Capability>, ['tikv-2'], fault.params.parse(given));
    expect(asked).toEqual(['both', 'incoming']);
  });
});
