import { peerOn } from '../raft/region.ts';
import { storeState } from '../pd/views.ts';
import type { World } from '../world.ts';

/** What still keeps a cluster from its steady state, one reason a line; empty when it is there. */
export function unrest(world: World): string[] {
  return [...orders(world), ...processes(world), ...connections(world), ...regions(world), ...pdsBelief(world), ...waiting(world)];
}

const processes = (world: World): string[] => [
  ...world.hosts.filter((host) => host.process.state !== 'running').map((host) => `the process of ${host.id} is ${host.process.state}`),
  ...world.stores.filter((store) => store.process.state === 'running' && !store.serving).map((store) => `${store.node} does not serve`),
];

const connections = (world: World): string[] => world.stores.flatMap((from) =>
  world.links.metBy(from).filter((to) => !world.links.carries(from, to)).map((to) => `${from.node} does not reach ${to.node}`));

/** Replicas that every region can have. */
const replicasOf = ({ pd }: World): number => Math.min(pd.config.replicas, [...pd.stores.values()].filter(({ buried }) => !buried).length);

const regions = (world: World): string[] => world.regions.flatMap((region) => [
  ...(region.leader === null ? [`region ${region.id} has no leader`] : peerOn(region, region.leader) ? [] : [`the leader of region ${region.id} holds no replica of it`]),
  ...(region.merging ? [`region ${region.id} waits to be merged`] : []),
  ...(region.pending.size > 0 ? [`region ${region.id} has replicas that lag`] : []),
  ...(region.peers.some(({ role }) => role !== undefined) ? [`region ${region.id} is between two configurations`] : []),
  ...(region.peers.length < replicasOf(world) ? [`region ${region.id} has ${region.peers.length} replicas`] : []),
]);

function pdsBelief(world: World): string[] {
  const { pd, engine } = world;
  if (!pd.members.serving) return ['PD has no leader'];
  const states = [...pd.stores.values()].map((view) => ({ id: view.id, state: storeState(view, engine.nowMs, pd.config.storeDownMs) }));
  return [
    // Whoever has left the cluster stays out: no revert undoes that.
    ...states.filter(({ state }) => state !== 'Up' && state !== 'Tombstone').map(({ id, state }) => `PD calls store ${id} ${state}`),
    ...world.regions.filter((region) => region.leader !== null && pd.regions.get(region.id)?.leader !== region.leader).map((region) => `PD believes in another leader of region ${region.id}`),
  ];
}

const orders = ({ pd }: World): string[] => pd.operators.running.map(({ brief, region }) => `PD still orders for region ${region.id}: ${brief}`);

const waiting = (world: World): string[] => (world.traffic.waiting.inFlight >= 1 ? [`${Math.round(world.traffic.waiting.inFlight)} requests wait`] : []);
