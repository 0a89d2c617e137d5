import type { InventoryNode } from '../../../src/ports/ports.ts';
import type { ClusterNode } from '../contract.ts';
import type { ControlLog } from './control-log.ts';
import { elementsOf } from './json-text.ts';
import { memberLists, membersOf } from './member-lists.ts';

interface Store {
  readonly store: { readonly id: number; readonly address?: string; readonly status_address?: string };
}

/** The deployed nodes with every name that an answer may use for them, as the control plane's own lists pair them. */
export function recordedNodes(inventory: readonly InventoryNode[], log: ControlLog): ClusterNode[] {
  const aliases = new Map(inventory.map(({ node, host }) => [node, new Set([host])]));
  const named = (node: string | undefined, names: readonly (string | undefined)[]): void => {
    for (const name of names) if (name !== undefined && name !== '' && node !== undefined) aliases.get(node)?.add(name);
  };
  const nodeAt = (address: string | undefined): string | undefined => inventory.find(({ host }) => host === hostOf(address))?.node;
  for (const { store } of storesIn(log)) named(nodeAt(store.address), [store.address, store.status_address, `store-${store.id}`, `store ${store.id}`]);
  for (const list of memberLists) {
    for (const { name, ids, clientUrls, peerUrls } of log.nodes().flatMap((node) => log.all(node, list.request)).flatMap((row) => membersOf(list, row))) named(name, [...[...clientUrls, ...peerUrls].map((url) => url.replace(/^\w+:\/\//, '')), ...ids]);
  }
  return inventory.map(({ node, role, host }) => ({ id: node, role, host, aliases: [...(aliases.get(node) ?? [])] }));
}

/** Every store that ever was in a recorded list: one may join later. */
function storesIn(log: ControlLog): Store[] {
  const rows = log.nodes().flatMap((node) => log.all(node, 'GET /pd/api/v1/stores')).filter(({ status }) => status === 200);
  return rows.flatMap(({ bodyText }) => elementsOf(bodyText ?? '', 'stores')).map((text) => JSON.parse(text) as Store);
}

const hostOf = (address: string | undefined): string | undefined => address?.replace(/:\d+$/, '');
