import { rememberedByObject } from '../../kernel/remembered.ts';
import type { InventoryNode } from '../../ports/ports.ts';
import type { Topology, TopologyNode } from '../contract.ts';
import { authorityOf, hostOf } from './addresses.ts';
import type { MemberRow, StoreRow } from './bodies.ts';

/** What a topology is learned from. */
export interface Sightings {
  readonly inventory: readonly InventoryNode[];
  readonly stores: readonly StoreRow[];
  readonly members: readonly MemberRow[];
}

/** Everything deployed: what the inventory lists, with the names that PD adds, then what only PD knows. */
export function topologyFrom(sightings: Sightings): Topology {
  const found = new Map<string, TopologyNode>();
  for (const { node, role, host } of sightings.inventory) found.set(node, { id: node, role, host, aliases: [] });
  for (const member of sightings.members) merge(found, sightings.inventory, memberNode(member));
  for (const row of sightings.stores) merge(found, sightings.inventory, storeNode(row));
  // In the order of their names, so that the order in which PD tells of them tells nothing.
  const nodes = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { nodes: nodes.map((node) => (nodes.some((other) => other !== node && other.host === node.host) ? node : withAlias(node, node.host))) };
}

/** The node that has this name as its id or as an alias. */
export const nodeNamed = (topology: Topology, name: string): string | undefined => topology.nodes.find(({ id, aliases }) => id === name || aliases.includes(name))?.id;

interface Sighting extends TopologyNode {
  /** What the control plane itself calls it. */
  readonly name?: string;
}

function storeNode({ store }: StoreRow): Sighting {
  const aliases = [store.address, ...(store.status_address ? [store.status_address] : []), `store-${store.id}`];
  return { id: store.address, role: 'tikv', host: hostOf(store.address), aliases };
}

/** PD says the same of its members at every look, and a body that was read before has the same rows. */
const memberNode = rememberedByObject((member: MemberRow): Sighting => {
  const authorities = member.client_urls.map(authorityOf);
  const ids = member.member_id === undefined ? [] : longId(String(member.member_id));
  const id = authorities[0] ?? member.name;
  return { id, role: 'pd', host: hostOf(id), aliases: [...authorities, member.name, ...ids], name: member.name };
});

/** A member id as PD writes it and as etcd's metrics label it. */
const longId = (decimal: string): string[] => (/^\d+$/.test(decimal) ? [decimal, BigInt(decimal).toString(16)] : [decimal]);

function merge(found: Map<string, TopologyNode>, inventory: readonly InventoryNode[], seen: Sighting): void {
  const id = inventoryName(inventory, seen) ?? seen.id;
  const known = found.get(id) ?? { id, role: seen.role, host: seen.host, aliases: [] };
  found.set(id, seen.aliases.reduce(withAlias, known));
}

/** Matches by host within the role; where several share a host, by the name that PD uses. An inventory that calls a node by its address means this address and no other on the host. */
function inventoryName(inventory: readonly InventoryNode[], seen: Sighting): string | undefined {
  const sameHost = inventory.filter(({ role, host }) => role === seen.role && host === seen.host);
  const called = sameHost.find(({ node }) => node === seen.name || node === seen.id || seen.aliases.includes(node));
  if (called) return called.node;
  const [only, another] = sameHost;
  return only && !another && !only.node.startsWith(`${only.host}:`) ? only.node : undefined;
}

const withAlias = (node: TopologyNode, alias: string): TopologyNode => (alias === node.id || node.aliases.includes(alias) ? node : { ...node, aliases: [...node.aliases, alias] });
