import type { NodeId } from '../contract.ts';
import { labels } from './engine.ts';

/** A node of the database and the ports of it that the Compose file publishes. */
export interface HostedNode {
  readonly id: NodeId;
  readonly published: readonly { readonly port: number; readonly hostPort: string }[];
}

/** What the lab adds to a Compose file for one run. */
export interface Additions {
  readonly run: string;
  /** The first three bytes of the run's own network. */
  readonly network: string;
  readonly services: readonly string[];
  readonly nodes: readonly HostedNode[];
  /** The image of a node's host: one that has `sleep`. */
  readonly hostImage: string;
  /** Folders of the engine's machine that take the place of nodes' data volumes, each on a disk of its own. */
  readonly disks: ReadonlyMap<NodeId, string>;
}

/** The service that is a node's host: it holds its name, address, ports and packet rules, whatever becomes of its program. */
export const hostOf = (node: NodeId): string => `${node}-host`;

/** The address of a service: the same one after every restart, so that clients that were given it find the service again. */
export const addressOf = (service: string, { network, services }: Pick<Additions, 'network' | 'services'>): string => `${network}.${10 + services.indexOf(service)}`;

/**
 * A second Compose file. In the first one a program that dies takes its address and its name with it, as if its host had
 * vanished: callers meet nobody where a dead process on a living host would refuse them. So each node gets a host, as
 * containers of a Kubernetes pod have one, and its program runs in the host's network.
 */
export function overrideFile(additions: Additions): string {
  const { network, services, nodes, disks } = additions;
  const hosted = new Set(nodes.map(({ id }) => id));
  const others = services.filter((service) => !hosted.has(service));
  const lines = [
    'services:',
    ...nodes.flatMap((node) => [`  ${node.id}: { network_mode: "service:${hostOf(node.id)}", networks: !reset null, ports: !reset [] }`, `  ${hostOf(node.id)}: ${JSON.stringify(hostService(node, additions))}`]),
    ...others.map((service) => `  ${service}: ${JSON.stringify({ networks: { cluster: { ipv4_address: addressOf(service, additions) } } })}`),
    `networks: ${JSON.stringify({ cluster: { ipam: { config: [{ subnet: `${network}.0/24`, gateway: `${network}.1` }] } } })}`,
  ];
  const volumes = [...disks].map(([node, folder]) => [node, { driver: 'local', driver_opts: { type: 'none', o: 'bind', device: folder } }]);
  return [...lines, ...(volumes.length > 0 ? [`volumes: ${JSON.stringify(Object.fromEntries(volumes))}`] : []), ''].join('\n');
}

function hostService({ id, published }: HostedNode, additions: Additions): object {
  return {
    image: additions.hostImage,
    entrypoint: ['sleep', '2147483647'],
    stop_signal: 'SIGKILL',
    restart: 'no',
    labels: { [labels.run]: additions.run },
    healthcheck: { test: ['CMD', 'true'], interval: '5s' },
    networks: { cluster: { ipv4_address: addressOf(id, additions), aliases: [id] } },
    ports: published.map(({ port, hostPort }) => `127.0.0.1:${hostPort}:${port}`),
  };
}
