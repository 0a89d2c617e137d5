import { defined } from '../../../../src/kernel/assert.ts';
import type { CutDirection, CutFrom, NetworkControl } from '../../contract.ts';
import { command } from '../command.ts';
import { clientsPlace, enter } from '../network.ts';
import { mainPort, nodeOf, type ProcessNode, type ProcessWorld } from '../node.ts';
import { reach } from '../reach.ts';

const groups: readonly CutFrom[] = ['peers', 'control-plane', 'clients'];

/** A table that drops nothing. */
export const noRules = ['*filter', ':INPUT ACCEPT', ':FORWARD ACCEPT', ':OUTPUT ACCEPT', 'COMMIT', ''].join('\n');

/** Packet rules in a node's own namespace. */
export function networkControl(world: ProcessWorld): NetworkControl {
  const { ledger } = world;
  const replaceRules = (node: ProcessNode, rules: string) => command([...enter(namespaceOf(node)), 'iptables-restore', '-w', '5'], { run: ledger.run, input: rules }).then(() => {});
  return {
    cut: async (id, from, direction = 'both') => {
      const node = nodeOf(world, id);
      const addresses = from.flatMap((group) => addressesOf(world, node, group));
      await ledger.make(`rules ${id}`, { kind: 'packet-rules', data: { namespace: namespaceOf(node) } }, () => replaceRules(node, dropRules(addresses, direction)));
    },
    heal: (id) => ledger.unmake(`rules ${id}`, () => replaceRules(nodeOf(world, id), noRules)),
    probeLost: async (id) => lostGroups(world, nodeOf(world, id)),
  };
}

const namespaceOf = (node: ProcessNode): string => defined(node.namespace, 'a namespace of its own');

/** The rules that drop packets from and to these addresses. */
export function dropRules(addresses: readonly string[], direction: CutDirection): string {
  const each = [...new Set(addresses)].toSorted();
  const incoming = direction === 'outgoing' ? [] : each.map((address) => `-A INPUT -s ${address}/32 -j DROP`);
  const outgoing = direction === 'incoming' ? [] : each.map((address) => `-A OUTPUT -d ${address}/32 -j DROP`);
  return noRules.replace('COMMIT\n', [...incoming, ...outgoing, 'COMMIT', ''].join('\n'));
}

function addressesOf({ nodes, network }: ProcessWorld, node: ProcessNode, group: CutFrom): readonly string[] {
  if (group === 'clients') return [defined(network, 'a network of its own').addressOf(clientsPlace)];
  const others = nodes.filter((other) => other.id !== node.id && (group === 'peers' ? other.role === node.role : other.spec.controlPlane));
  return others.map((other) => other.host);
}

/** Real connection attempts from the node's namespace: an answer, even a refusal, means that packets go both ways. */
async function lostGroups(world: ProcessWorld, node: ProcessNode): Promise<readonly CutFrom[]> {
  const targets = groups.map((group) => ({ group, addresses: addressesOf(world, node, group) })).filter(({ addresses }) => addresses.length > 0);
  const all = [...new Set(targets.flatMap(({ addresses }) => addresses))];
  const attempts = await reach(enter(namespaceOf(node)), all.map((host) => ({ host, port: mainPort(node) })), { run: world.ledger.run });
  const lost = new Set(all.filter((_, i) => attempts[i]?.answered === false));
  return targets.filter(({ addresses }) => addresses.every((address) => lost.has(address))).map(({ group }) => group);
}
