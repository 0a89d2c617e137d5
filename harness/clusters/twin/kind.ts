import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { VirtualClock } from '../../../src/kernel/virtual-clock.ts';
import { prometheusPort } from '../../../src/ports/metrics.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import { exportIncident } from '../../telemetry/incident-files.ts';
import { LabelTable } from '../../telemetry/label-table.ts';
import { LogStore } from '../../telemetry/log-store.ts';
import { prometheusTransport } from '../../telemetry/prometheus-api.ts';
import { rulesOver } from '../../telemetry/rules/over-store.ts';
import { MetricStore } from '../../telemetry/store.ts';
import type { Capability, ClusterKind, ClusterNode, ClusterSpec, RunningCluster } from '../contract.ts';
import { controlsOf } from './controls.ts';
import { ask } from './reach.ts';
import { setItem, usualSettings } from './store/store-settings.ts';
import { warmUp } from './warm-up.ts';
import { World } from './world.ts';

/** When every twin's clock begins: 2026-01-05T08:00:00Z. */
export const epochMs = 1_767_600_000_000;

/** One twin after the other shows the same series. */
const labels = new LabelTable();

/** The capabilities that the twin has not, and why. */
export const lacks: ReadonlyMap<Capability, string> = new Map([['data', 'the twin does not model what a database finds on its disk at a start']]);

/** The embedded cluster: a model of TiKV and PD in virtual time. */
export const twin: ClusterKind = {
  name: 'twin',
  survey: async () => ({ lacks }),
  start: async (spec, seed) => startTwin(spec, seed),
};

function startTwin(spec: ClusterSpec, seed: number): Result<RunningCluster> {
  const problem = problemOf(spec);
  if (problem !== undefined) return failed('LAB_TWIN_SPEC', problem, 'give pd and tikv at least one node and three or more regions');
  const metrics = new MetricStore(labels);
  const logs = new LogStore();
  const world = new World({ cluster: spec, seed, startMs: epochMs - warmUp.spanMs, metrics, logs });
  warmUp.run(world, epochMs);
  // Before every target was scraped once, rules would miss what is only not yet seen.
  const seenMs = Math.max(...metrics.targets().map(({ times }) => times.at(0)));
  const rules = rulesOver(metrics, spec.rules ?? [], seenMs);
  if (!rules.ok) return rules;
  const clock = new VirtualClock(epochMs, (toMs) => world.engine.runTo(toMs));
  const ports: Ports = {
    metrics: prometheusPort(prometheusTransport(metrics, clock.now, rules.value ? { rules: rules.value } : {}), clock),
    controlPlane: { request: async (request) => ask(world, metrics, request) },
    logs: logs.port(clock.now),
    inventory: world.inventory,
  };
  return ok({
    clock,
    pass: (spanMs, signal) => clock.advance(spanMs, signal),
    ports,
    controls: controlsOf(world),
    nodes: () => nodesOf(world),
    endpoints: {},
    export: () => {
      rules.value?.catchUp(clock.now());
      return exportIncident({ metrics, logs, inventory: ports.inventory });
    },
    [Symbol.asyncDispose]: async () => {},
  });
}

function problemOf(spec: ClusterSpec): string | undefined {
  if (spec.subject !== 'tikv') return `the twin models tikv, not ${spec.subject}`;
  if ((spec.roles['pd'] ?? 0) < 1 || (spec.roles['tikv'] ?? 0) < 1) return 'a cluster without PD or without TiKV cannot start';
  for (const [item, value] of Object.entries(spec.settings ?? {})) {
    const wrong = setItem(usualSettings(), item, value);
    if (wrong !== undefined) return `setting ${item} of the twin's stores ${wrong}`;
  }
  const strange = Object.keys(spec.spares ?? {}).find((role) => role !== 'tikv');
  if (strange !== undefined) return `the twin lets stores join, and no ${strange}`;
  return spec.regions < 3 ? `${spec.regions} regions are too few to place` : undefined;
}

function nodesOf(world: World): ClusterNode[] {
  const stores = new Map(world.stores.map((store) => [store.node, store]));
  return world.hosts.map(({ id, role }) => {
    const store = stores.get(id);
    const member = world.pd.members.servers.find((server) => server.name === id);
    const aliases = store ? [store.address, store.statusAddress, `store-${store.id}`, `store ${store.id}`] : [
      `${id}:2379`, `${id}:2380`, ...(member ? [member.memberHex, String(member.memberId)] : []),
    ];
    return { id, role, host: id, aliases, ...(role === 'pd' && { leads: world.pd.members.serving?.name === id }), ...(world.hasJoined(id) && { joined: true as const }) };
  });
}
