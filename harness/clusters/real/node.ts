import type { PlannedNode, RoleSpec } from '../../deployments/contract.ts';

/** A started node: what was planned for it, and where the lab reaches it. */
export interface RealNode extends PlannedNode {
  readonly spec: RoleSpec;
  /** Where the lab reaches its ports, by purpose. */
  readonly urls: Readonly<Record<'main' | string, URL>>;
}

/** The node as its own address and metrics port, which is how Prometheus calls its target. */
export const instanceOf = (node: RealNode): string => `${node.host}:${node.ports[node.spec.metricsPort]}`;
