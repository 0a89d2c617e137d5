import type { InventoryNode } from '../../ports/ports.ts';
import type { Topology, TopologyNode } from '../contract.ts';
import { hexId, type ListedMember } from './bodies.ts';

/** What a topology is learned from: the inventory, the member list, and the ids that members gave themselves. */
export interface Sightings {
  readonly inventory: readonly InventoryNode[];
  readonly listed: readonly ListedMember[];
  /** Decimal id by node. */
  readonly ownIds: ReadonlyMap<string, string>;
}

/** Everything deployed: what the inventory lists, with the names that the members add, then what only the member list knows. */
export function topologyFrom({ inventory, listed, ownIds }: Sightings): Topology {
  const members = inventory.filter(({ role }) => role === 'member');
  const found = new Map<string, TopologyNode>(members.map(({ node, role, host }) => [node, { id: node, role, host, aliases: [] }]));
  for (const [node, id] of ownIds) add(found, node, idNames(id));
  for (const member of listed) {
    const node = nodeOf(member, members, ownIds);
    const urls = [...member.clientURLs, ...member.peerURLs].map(authorityOf);
    const id = node ?? (member.name || urls[0] || hexId(member.ID));
    if (!found.has(id)) found.set(id, { id, role: 'member', host: hostOf(urls[0] ?? id), aliases: [] });
    add(found, id, [...urls, member.name, ...idNames(member.ID)]);
  }
  const nodes = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { nodes: nodes.map((node) => (nodes.some((other) => other !== node && other.host === node.host) ? node : withAlias(node, node.host))) };
}

/** By the id that the node itself gave, by its name, or by a host that no other node of the inventory has. */
function nodeOf({ ID, name, clientURLs, peerURLs }: ListedMember, members: readonly InventoryNode[], ownIds: Sightings['ownIds']): string | undefined {
  const byId = [...ownIds].find(([, id]) => id === ID)?.[0];
  if (byId !== undefined) return byId;
  const urls = [...clientURLs, ...peerURLs].map(authorityOf);
  const byName = members.find(({ node }) => node === name || urls.includes(node));
  const sameHost = members.filter(({ host }) => urls.some((url) => hostOf(url) === host));
  const [only, another] = sameHost;
  // An inventory that calls a node by its address means this address and no other on the host.
  return byName?.node ?? (only && !another && !only.node.startsWith(`${only.host}:`) ? only.node : undefined);
}

/** The node that has this name as its id or as an alias. */
export const nodeNamed = ({ nodes }: Topology, name: string): string | undefined => nodes.find(({ id, aliases }) => id === name || aliases.includes(name))?.id;

/** Host of `host:port`, `[::1]:port` or a URL. */
export const hostOf = (address: string): string => authorityOf(address).replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

const authorityOf = (url: string): string => url.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
const idNames = (id: string): string[] => [id, hexId(id)];

function add(found: Map<string, TopologyNode>, id: string, names: readonly string[]): void {
  const node = found.get(id);
  if (node) found.set(id, names.filter((name) => name !== '').reduce(withAlias, node));
}

const withAlias = (node: TopologyNode, alias: string): TopologyNode => (alias === node.id || node.aliases.includes(alias) ? node : { ...node, aliases: [...node.aliases, alias] });
