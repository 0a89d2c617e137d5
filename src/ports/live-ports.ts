import type { Clock } from '../kernel/clock.ts';
import { failed, type Result } from '../kernel/result.ts';
import type { HttpResponse, Transport } from './http.ts';
import { prometheusPort } from './metrics.ts';
import type { ControlPlanePort, InventoryNode, Ports } from './ports.ts';

/** One member of a control plane and how to reach it. */
export interface Member extends InventoryNode {
  readonly transport: Transport;
}

/** What the ports of a running cluster are made from. */
export interface LiveCluster {
  readonly members: readonly Member[];
  readonly prometheus: Transport;
  readonly clock: Pick<Clock, 'now'>;
  /** Nodes besides the members that an inventory lists. */
  readonly others?: readonly InventoryNode[];
}

/** Ports onto a running cluster. Its logs cannot be read this way, and the log port says so. */
export function livePorts({ members, prometheus, clock, others = [] }: LiveCluster): Ports {
  return {
    metrics: prometheusPort(prometheus, clock),
    controlPlane: controlPlaneOf(members),
    logs: { search: async () => failed('LAB_NO_LOGS', 'the logs of this cluster are not connected', 'ask metrics and the control plane, or read the log files on the hosts') },
    inventory: [...members.map(({ node, role, host }) => ({ node, role, host })), ...others],
  };
}

/** Asks the member that answered last; where it fails or cannot serve, the others in turn. `data` nodes answer for themselves alone. */
export function controlPlaneOf(members: readonly Member[], data: readonly Member[] = []): ControlPlanePort {
  let preferred = 0;
  const anyone: ControlPlanePort['request'] = async (request) => {
    let best: Result<HttpResponse> | undefined;
    for (let turn = 0; turn < members.length; turn++) {
      const index = (preferred + turn) % members.length;
      const answer = await members[index]?.transport(request);
      if (!answer) continue;
      if (answer.ok && answer.value.status < 500) {
        preferred = index;
        return answer;
      }
      if (!best || (answer.ok && !best.ok)) best = answer;
    }
    return best ?? failed('LAB_NO_MEMBER', 'no member of the control plane is known', 'name at least one member where the cluster is attached, e.g. pd=http://10.0.0.1:2379');
  };
  return {
    request: async ({ node, ...request }) => {
      if (node === undefined) return anyone(request);
      const known = [...members, ...data];
      const member = known.find((each) => each.node === node);
      return member ? member.transport(request) : failed('LAB_NO_MEMBER', `no way to ask ${node} by itself is known`, known.length === 0 ? undefined : `ask ${known.map((each) => each.node).join(', ')}, or nobody by name`);
    },
  };
}
