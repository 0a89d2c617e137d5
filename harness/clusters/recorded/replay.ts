import type { Millis } from '../../../src/kernel/clock.ts';
import { ok, type Result } from '../../../src/kernel/result.ts';
import { VirtualClock } from '../../../src/kernel/virtual-clock.ts';
import { prometheusPort } from '../../../src/ports/metrics.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import type { ClusterSpec, RecordedScript, RunningCluster } from '../contract.ts';
import { recordedControlPlane } from './control-plane.ts';
import { openIncidentSource, type IncidentSource } from './incident-source.ts';
import { recordedNodes } from './recorded-nodes.ts';

/**
 * Opens what is recorded under `<dir>/incident`, a run bundle's or a recording's, as a cluster whose clock stands
 * at `script.startMs`. It can be read as it was at any instant and never later; nothing in it can be broken.
 */
export async function openIncident(dir: string, script: RecordedScript, rules?: ClusterSpec['rules']): Promise<Result<RunningCluster>> {
  const source = openIncidentSource(dir);
  return source.ok ? ok(replay(source.value, script, rules)) : source;
}

/** Any source as a cluster whose clock stands at `script.startMs`. */
export function replay(source: IncidentSource, script: RecordedScript, rules: ClusterSpec['rules'] = []): RunningCluster {
  const clock = new VirtualClock(script.startMs);
  const { inventory, control, files } = source;
  return {
    clock,
    pass: (spanMs, signal) => clock.advance(spanMs, signal),
    ports: portsOf(source, clock.now, rules),
    controls: {},
    nodes: () => recordedNodes(inventory, control()),
    endpoints: {},
    script,
    export: files,
    [Symbol.asyncDispose]: async () => {},
  };
}

function portsOf({ inventory, control, metrics, logs }: IncidentSource, now: () => Millis, rules: NonNullable<ClusterSpec['rules']>): Ports {
  const group = controlGroup(inventory.map(({ role }) => role));
  return {
    metrics: prometheusPort(metrics(now, rules), { now }),
    controlPlane: recordedControlPlane({ log: control, now, group, members: inventory.filter(({ role }) => role === group).map(({ node }) => node) }),
    logs: logs(now),
    inventory,
  };
}

/** The role that serves the control plane for all: PD's where there is one. */
const controlGroup = (roles: readonly string[]): string => (roles.includes('pd') ? 'pd' : (roles[0] ?? 'pd'));
