import type { InventoryNode } from '../../../src/ports/ports.ts';
import type { ClusterNode } from '../contract.ts';
import type { ControlLog } from './control-log.ts';
import { elementsOf } from './json-text.ts';

interface Store {
  readonly store: { readonly id: number; readonly address?: string; readonly status_address?: string };
}

interface Member {
  readonly name: string;
  readonly client_urls?: readonly string[];
  readonly peer_urls?: readonly string[];
}

/** The deployed nodes with every name that an answer may use for them, as the control plane's own lists pair them. */
export function recordedNodes(inventory: readonly InventoryNode[], log: ControlLog): ClusterNode[] {
  const aliases = new Map(inventory.map(({ node, host }) => [node, new Set([host])]));
  const named = (node: string | undefined, names: readonly (string | undefined)[]): void => {
    for (const name of names) if (name !== undefined && name !== '' && node !== undefined) aliases.get(node)?.add(name);
  };
  const nodeAt = (address: string | undefined): string | undefined => inventory.find(({ host }) => host === hostOf(address))?.node;
  for (const { store } of bodies<Store>(log, 'stores')) named(nodeAt(store.address), [store.address, store.status_address, `store-${store.id}`, `store ${store.id}`]);
  for (const { name, client_urls = [], peer_urls = [] } of bodies<Member>(log, 'members')) named(name, [...client_urls, ...peer_urls].map((url) => url.replace(/^\w+:\/\//, '')));
  return inventory.map(({ node, role, host }) => ({ id: node, role, host, aliases: [...(aliases.get(node) ?? [])] }));
}

/** Every element that ever was in the recorded lists of this name: a store may join later. */
function bodies<T>(log: ControlLog, list: 'stores' | 'members'): T[] {
  const rows = log.nodes().flatMap((node) => log.all(node, `GET /pd/api/v1/${list}`)).filter(({ status }) => status === 200);
  return rows.flatMap(({ bodyText }) => elementsOf(bodyText ?? '', list)).map((text) => JSON.parse(text) as T);
}

const hostOf = (address: string | undefined): string | undefined => address?.replace(/:\d+$/, '');
