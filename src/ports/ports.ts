import type { Result } from '../kernel/result.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { LogPort } from './logs.ts';
import type { MetricsPort } from './metrics.ts';

/** The database's own API (PD's HTTP API, etcd's). */
export interface ControlPlanePort {
  /** Asks whichever member answers for the cluster, or the named member. */
  readonly request: (request: HttpRequest & { readonly node?: string }) => Promise<Result<HttpResponse>>;
}

/** A node as an operator's inventory lists it: what is deployed where, not how it does. */
export interface InventoryNode {
  readonly node: string;
  readonly role: string;
  /** Host name or IP address, without a port. */
  readonly host: string;
}

/** All that an operator may see of a cluster. The same for the twin, a recording and a real cluster; always up to now. */
export interface Ports {
  readonly metrics: MetricsPort;
  readonly controlPlane: ControlPlanePort;
  readonly logs: LogPort;
  readonly inventory: readonly InventoryNode[];
}
