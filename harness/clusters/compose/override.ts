import { canonicalJson } from '../../../src/kernel/json.ts';
import type { NodeId } from '../contract.ts';

/** What the lab adds to a Compose file for one run. */
export interface Additions {
  /** The first three bytes of the run's own network. */
  readonly network: string;
  readonly services: readonly string[];
  /** Folders of the engine's host that take the place of nodes' data volumes, each on a disk of its own. */
  readonly disks: ReadonlyMap<NodeId, string>;
}

/** The address of a service: the same one after every restart, so that clients that were given it find the service again. */
export const addressOf = (service: string, { network, services }: Pick<Additions, 'network' | 'services'>): string => `${network}.${10 + services.indexOf(service)}`;

/** A second Compose file, in JSON, which Compose reads like YAML. */
export function overrideFile(additions: Additions): string {
  const { network, services, disks } = additions;
  const fixed = services.map((service) => [service, { networks: { cluster: { ipv4_address: addressOf(service, additions) } } }]);
  const volumes = [...disks].map(([node, folder]) => [node, { driver: 'local', driver_opts: { type: 'none', o: 'bind', device: folder } }]);
  return canonicalJson({
    services: Object.fromEntries(fixed),
    networks: { cluster: { ipam: { config: [{ subnet: `${network}.0/24`, gateway: `${network}.1` }] } } },
    ...(volumes.length > 0 && { volumes: Object.fromEntries(volumes) }),
  }, 1);
}
