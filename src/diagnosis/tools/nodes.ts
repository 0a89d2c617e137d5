import type { Topology, TopologyNode } from '../../subjects/contract.ts';

/** The topology node that goes by this name: its id, host, an address with any port, or another alias. */
export function nodeNamed(topology: Topology, name: string): TopologyNode | undefined {
  const wanted = canonical(name);
  return topology.nodes.find((node) => canonical(node.id) === wanted)
    ?? topology.nodes.find((node) => node.aliases.some((alias) => canonical(alias) === wanted))
    ?? byHost(topology, wanted);
}

/** Only an address names a host for sure: two processes may share one, and then the port decides through the aliases. */
function byHost(topology: Topology, wanted: string): TopologyNode | undefined {
  const host = wanted.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
  const there = topology.nodes.filter((node) => canonical(node.host) === host);
  return there.length === 1 ? there[0] : undefined;
}

const canonical = (name: string): string => name.trim().toLowerCase().replace(/^store[ _](\d+)$/, 'store-$1');
