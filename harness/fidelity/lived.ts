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
import type { Target } from './recorded-faults.ts';

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
  return live(cluster, each, { stand: async () => {}, inject: async () => each.struck, revert: async () => {} });
}

/** Lets the twin live through the case with this seed. */
export async function liveTwin(each: FidelityCase, seed: number): Promise<Lived> {
  await using cluster = orThrow(await (await clusterKind('twin')).start(each.spec, seed), 4);
  return live(cluster, each, actsOf(cluster, each));
}

interface Acts {
  /** Whatever is there from the beginning. */
  readonly stand: () => Promise<void>;
  /** Whatever is due so long after the first of them; answers whom it struck. */
  readonly inject: (afterMs: Millis) => Promise<readonly NodeId[]>;
  readonly revert: () => Promise<void>;
}

function actsOf(cluster: RunningCluster, { faults: wanted }: FidelityCase): Acts {
  const world = cluster.controls as unknown as World<Capability>;
  const each = wanted.map(({ kind, into, params, afterMs = 0, standing = false }) => {
    const fault = defined(faults.get(kind), `fault ${kind}`);
    return { fault, into, params: fault.params.parse(params), afterMs, standing, struck: [] as NodeId[] };
  });
  const injectAll = async (due: typeof each): Promise<readonly NodeId[]> => {
    for (const act of due) act.struck = act.into.map((one) => nodeIn(cluster, one));
    for (const { fault, struck, params } of due) await fault.inject(world, struck, params);
    return [...new Set(due.flatMap(({ struck }) => struck))];
  };
  return {
    stand: async () => void (await injectAll(each.filter(({ standing }) => standing))),
    inject: (afterMs) => injectAll(each.filter((act) => !act.standing && act.afterMs === afterMs)),
    revert: async () => {
      for (const { fault, struck, params } of each) await fault.revert(world, struck, params);
    },
  };
}

function nodeIn(cluster: RunningCluster, target: Target): NodeId {
  if ('node' in target) return target.node;
  const role = 'leaderOf' in target ? target.leaderOf : target.followerOf;
  const members = cluster.nodes().filter((node) => node.role === role);
  const found = 'leaderOf' in target ? members.find(({ leads }) => leads) : members.filter(({ leads }) => !leads)[target.nth];
  if (!found) throw new LabError({ code: 'LAB_NO_TARGET', because: `no node has the office ${JSON.stringify(target)}` }, 4);
  return found.id;
}

async function live(cluster: RunningCluster, { quietMs, faultMs, afterMs, faults: wanted }: FidelityCase, acts: Acts): Promise<Lived> {
  const startMs = cluster.clock.now();
  const nodeOf = hostsOf(cluster);
  const states = new StateWatch(cluster, nodeOf);
  await acts.stand();
  await states.pass(quietMs);
  const struck = await acts.inject(0);
  const later = [...new Set(wanted.map((fault) => fault.afterMs ?? 0))].filter((at) => at > 0).sort((a, b) => a - b);
  let passedMs = 0;
  for (const at of later) {
    await states.pass(at - passedMs);
    passedMs = at;
    await acts.inject(at);
  }
  await states.pass(faultMs - passedMs);
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
  // Looked up each time: a store that joins is in it from then on.
  return (address) => {
    const name = address.replace(/:\d+$/, '');
    return cluster.ports.inventory.find(({ node, host }) => host === name || node === name)?.node;
  };
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
