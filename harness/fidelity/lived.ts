import { z } from 'zod';
import { defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import type { LogLine } from '../../src/ports/logs.ts';
import type { Capability, NodeId, RunningCluster } from '../clusters/contract.ts';
import { openAnything } from '../clusters/recorded/open-anything.ts';
import { clusterKind } from '../clusters/registry.ts';
import type { World } from '../faults/contract.ts';
import { faults } from '../faults/registry.ts';
import { decodeMetrics } from '../telemetry/snapshot.ts';
import type { MetricStore } from '../telemetry/store.ts';
import type { FidelityCase } from './case.ts';

/** An incident that was lived through to its end, real or modelled: the telemetry of it, with its acts in its own time. */
export interface Lived {
  readonly startMs: Millis;
  readonly injectMs: Millis;
  readonly revertMs: Millis;
  readonly endMs: Millis;
  readonly metrics: MetricStore;
  readonly logs: readonly LogLine[];
  /** PD's word for each store, whenever it changed; asked once a second. */
  readonly states: readonly StoreState[];
  readonly struck: readonly NodeId[];
  /** Node by the host part of its addresses. */
  readonly nodeOf: (address: string) => NodeId | undefined;
}

/** PD calls a store this from here on. */
export interface StoreState {
  readonly node: NodeId;
  readonly state: string;
  readonly atMs: Millis;
}

const stores = z.object({ stores: z.array(z.object({ store: z.object({ address: z.string(), state_name: z.string() }) })) });

/** Replays the recording of a case. */
export async function liveRecording(each: FidelityCase): Promise<Lived> {
  const opened = orThrow(openAnything(each.dir), 2);
  await using cluster = opened.replay();
  return live(cluster, each, { inject: async () => each.struck, revert: async () => {} });
}

/** Lets the twin live through the case with this seed. */
export async function liveTwin(each: FidelityCase, seed: number): Promise<Lived> {
  await using cluster = orThrow(await (await clusterKind('twin')).start(each.spec, seed), 4);
  return live(cluster, each, actsOf(cluster, each));
}

interface Acts {
  readonly inject: () => Promise<readonly NodeId[]>;
  readonly revert: () => Promise<void>;
}

function actsOf(cluster: RunningCluster, { fault: wanted }: FidelityCase): Acts {
  if (!wanted) return { inject: async () => [], revert: async () => {} };
  const fault = defined(faults.get(wanted.kind), `fault ${wanted.kind}`);
  const world = cluster.controls as unknown as World<Capability>;
  const params = fault.params.parse(wanted.params);
  let struck: readonly NodeId[] = [];
  return {
    inject: async () => {
      struck = wanted.into.map((into) => ('node' in into ? into.node : leaderOf(cluster, into.leaderOf)));
      await fault.inject(world, struck, params);
      return struck;
    },
    revert: async () => fault.revert(world, struck, params),
  };
}

function leaderOf(cluster: RunningCluster, role: string): NodeId {
  const leader = cluster.nodes().find((node) => node.role === role && node.leads === true);
  if (!leader) throw new LabError({ code: 'LAB_NO_TARGET', because: `no node leads the role ${role}` }, 4);
  return leader.id;
}

async function live(cluster: RunningCluster, { quietMs, faultMs, afterMs }: FidelityCase, acts: Acts): Promise<Lived> {
  const startMs = cluster.clock.now();
  const nodeOf = hostsOf(cluster);
  const states = new StateWatch(cluster, nodeOf);
  await states.pass(quietMs);
  const struck = await acts.inject();
  await states.pass(faultMs);
  await acts.revert();
  await states.pass(afterMs);
  const endMs = cluster.clock.now();
  const logs = orThrow(await cluster.ports.logs.search({ fromMs: startMs, toMs: endMs, limit: 1_000_000 })).lines;
  const metrics = decodeMetrics(await metricsOf(cluster));
  return { startMs, injectMs: startMs + quietMs, revertMs: startMs + quietMs + faultMs, endMs, metrics, logs, states: states.seen, struck, nodeOf };
}

async function metricsOf(cluster: RunningCluster): Promise<Uint8Array> {
  return defined([...(await cluster.export())].find(([name]) => name.startsWith('metrics.jsonl'))?.[1], 'metrics of the incident');
}

function hostsOf(cluster: RunningCluster): (address: string) => NodeId | undefined {
  const hosts = new Map(cluster.ports.inventory.flatMap(({ node, host }) => [[host, node], [node, node]]));
  return (address) => hosts.get(address.replace(/:\d+$/, ''));
}

/** Asks PD for its stores once a second and keeps what changed. */
class StateWatch {
  readonly seen: StoreState[] = [];
  readonly #cluster: RunningCluster;
  readonly #nodeOf: (address: string) => NodeId | undefined;
  readonly #latest = new Map<NodeId, string>();

  constructor(cluster: RunningCluster, nodeOf: (address: string) => NodeId | undefined) {
    this.#cluster = cluster;
    this.#nodeOf = nodeOf;
  }

  async pass(spanMs: Millis): Promise<void> {
    for (let leftMs = spanMs; leftMs > 0; leftMs -= 1_000) {
      await this.#cluster.pass(Math.min(leftMs, 1_000));
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const answer = await this.#cluster.ports.controlPlane.request({ method: 'GET', path: '/pd/api/v1/stores' });
    if (!answer.ok || answer.value.status !== 200 || answer.value.body === '') return;
    const parsed = stores.safeParse(JSON.parse(answer.value.body));
    for (const { store } of parsed.success ? parsed.data.stores : []) {
      const node = this.#nodeOf(store.address) ?? store.address;
      if (this.#latest.get(node) === store.state_name) continue;
      this.#latest.set(node, store.state_name);
      this.seen.push({ node, state: store.state_name, atMs: this.#cluster.clock.now() });
    }
  }
}
