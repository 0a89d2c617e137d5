import type { Clock } from '../../kernel/clock.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Blindness, Topology, TopologyNode } from '../contract.ts';
import { hostOf } from './addresses.ts';
import { askControlPlane, type ControlPlaneAnswers } from './control-plane.ts';
import { askDepartures } from './departures.ts';
import type { MemberView, StoreState, StoreView, TikvObservation } from './observation.ts';
import type { StoreRow } from './bodies.ts';
import { askTelemetry, type Scrape, type Telemetry } from './telemetry.ts';
import { nodeNamed, topologyFrom } from './topology.ts';

/** One look at a TiKV cluster through PD's API and Prometheus. */
export async function observe(ports: Ports, clock: Pick<Clock, 'now'>): Promise<TikvObservation> {
  const [answers, telemetry] = await Promise.all([askControlPlane(ports), askTelemetry(ports)]);
  const departures = await askDepartures(ports, answers.stores ?? []);
  const topology = topologyFrom({ inventory: ports.inventory, stores: answers.stores ?? [], members: answers.members ?? [] });
  const members = memberViews(topology, answers, telemetry);
  const controlPlane = controlPlaneView(answers, telemetry, { topology, members });
  return {
    atMs: clock.now(),
    topology,
    blind: blindness(controlPlane, telemetry),
    controlPlane,
    stores: storeViews(topology, answers.stores ?? [], telemetry).map((store) => withDeparture(store, departures)),
    members,
    regions: answers.regions,
    clocks: clocksOf(topology, telemetry),
    ...(answers.maxReplicas !== undefined && { maxReplicas: answers.maxReplicas }),
  };
}

/**
 * No PD answer is itself an observation where something shows that PD, and not our own sight, is at fault:
 * a member answers or refuses, or Prometheus sees PD and no member that leads.
 */
function controlPlaneView(answers: ControlPlaneAnswers, telemetry: Telemetry, { topology, members }: Pick<TikvObservation, 'topology' | 'members'>): TikvObservation['controlPlane'] {
  const { leadership } = answers;
  const settled = hasLedForAMinute(topology, answers.leaderName, telemetry);
  if (leadership.state === 'leading') return { state: 'leading', detail: answers.leaderName ? `${answers.leaderName} leads` : 'a leader answers', settled };
  const memberReacts = members.some(({ asked }) => asked === 'answers' || asked === 'refuses');
  const metricsShowNoLeader = telemetry.pdLeads.length === 0 && members.some(({ scraped }) => scraped !== undefined);
  const leaderless = leadership.state === 'leaderless' || (leadership.state === 'silent' && (memberReacts || metricsShowNoLeader));
  return { state: leaderless ? 'leaderless' : 'unseen', detail: leadership.detail, settled: false };
}

/** True too where no member exports its role: then there is nothing to go by. */
function hasLedForAMinute(topology: Topology, leaderName: string | undefined, { pdLeads, pdLedAMinuteAgo }: Telemetry): boolean {
  const leader = leaderName === undefined ? undefined : topology.nodes.find(({ id, aliases }) => id === leaderName || aliases.includes(leaderName));
  if (pdLedAMinuteAgo.length === 0) return pdLeads.length === 0;
  return pdLedAMinuteAgo.some((instance) => (leader ? instance === leader.id || leader.aliases.includes(instance) : pdLeads.includes(instance)));
}

function blindness(controlPlane: TikvObservation['controlPlane'], telemetry: Telemetry): Blindness[] {
  return [
    ...(controlPlane.state === 'unseen' ? [{ what: 'PD', because: controlPlane.detail }] : []),
    ...(telemetry.because === undefined ? [] : [{ what: 'metrics', because: telemetry.because }]),
    ...(telemetry.because === undefined && telemetry.up?.length === 0 ? [{ what: 'metrics', because: 'Prometheus scrapes nothing (`up` has no series)' }] : []),
  ];
}

function memberViews(topology: Topology, answers: ControlPlaneAnswers, telemetry: Telemetry): MemberView[] {
  const leader = answers.leaderName === undefined ? undefined : nodeNamed(topology, answers.leaderName);
  return topology.nodes
    .filter(({ role }) => role === 'pd')
    .map((node): MemberView => {
      const name = answers.members?.find((member) => nodeNamed(topology, member.name) === node.id)?.name;
      const healthy = name === undefined ? undefined : answers.health?.get(name);
      const scraped = scrapeOf(node, telemetry)?.up;
      const asked = answers.asked.get(node.id);
      const fsyncP99Seconds = valueOf(node, telemetry.fsync);
      return {
        node: node.id,
        leader: node.id === leader,
        ...(name !== undefined && { name }),
        ...(healthy !== undefined && { healthy }),
        ...(scraped !== undefined && { scraped }),
        ...(asked !== undefined && { asked }),
        ...(fsyncP99Seconds !== undefined && { fsyncP99Seconds }),
      };
    });
}

function storeViews(topology: Topology, rows: readonly StoreRow[], telemetry: Telemetry): StoreView[] {
  return topology.nodes
    .filter(({ role }) => role === 'tikv')
    .map((node): StoreView => {
      const row = rows.find(({ store }) => node.id === store.address || node.aliases.includes(`store-${store.id}`));
      const scrape = scrapeOf(node, telemetry);
      const ownLeaders = valueOf(node, telemetry.leaders);
      const slowScore = Math.max(row?.status.slow_score ?? 0, valueOf(node, telemetry.slowScore) ?? 0);
      const latency = valueOf(node, telemetry.latency);
      const requestsPerSecond = valueOf(node, telemetry.rate);
      return {
        node: node.id,
        ...(row && fromRow(row)),
        ...(scrape && { scraped: scrape.up, darkForLong: telemetry.dark.includes(scrape.instance) }),
        ...(ownLeaders !== undefined && { ownLeaders }),
        ...(slowScore > 0 && { slowScore }),
        ...(latency && { latency }),
        ...(requestsPerSecond !== undefined && { requestsPerSecond }),
      };
    });
}

function withDeparture(store: StoreView, departures: ReadonlyMap<number, number>): StoreView {
  const regionsBefore = store.storeId === undefined ? undefined : departures.get(store.storeId);
  return regionsBefore === undefined ? store : { ...store, regionsBefore };
}

function fromRow({ store, status }: StoreRow): Partial<StoreView> {
  const { capacity = 0, available = 0 } = status;
  const heartbeatMs = Date.parse(status.last_heartbeat_ts ?? '');
  return {
    storeId: store.id,
    state: store.state_name as StoreState,
    // A PD leader knows a store's disk and slow score (1 or more) from its heartbeats alone; without them it has not heard it yet.
    heard: capacity > 0 && status.slow_score > 0,
    ...(heartbeatMs > 0 && { lastHeartbeatMs: heartbeatMs }),
    leaders: status.leader_count,
    regions: status.region_count,
    leaderWeight: status.leader_weight,
    regionWeight: status.region_weight,
    ...(capacity > 0 && { diskUsed: 1 - available / capacity }),
  };
}

/** A machine's exporter is another target on its host; where there are several, the first tells. */
function clocksOf(topology: Topology, { clocks }: Telemetry): TikvObservation['clocks'] {
  const onHosts = new Map([...clocks].reverse().map(([instance, aheadSeconds]) => [hostOf(instance), aheadSeconds]));
  return topology.nodes.flatMap((node) => {
    const aheadSeconds = onHosts.get(node.host);
    return aheadSeconds === undefined ? [] : [{ node: node.id, aheadSeconds }];
  });
}

/** A node's value in an answer by instance: by one of its addresses, else by its host where only one instance has it. */
function valueOf<T>(node: TopologyNode, byInstance: ReadonlyMap<string, T>): T | undefined {
  for (const alias of node.aliases) if (byInstance.has(alias)) return byInstance.get(alias);
  const sameHost = [...byInstance.keys()].filter((instance) => hostOf(instance) === node.host);
  return sameHost.length === 1 ? byInstance.get(sameHost[0] ?? '') : undefined;
}

/** By one of the node's addresses, else by its host where the job names the role: a host may have other exporters. */
const scrapeOf = (node: TopologyNode, { up = [] }: Telemetry): Scrape | undefined =>
  up.find(({ instance }) => node.aliases.includes(instance)) ?? up.find(({ job, instance }) => hostOf(instance) === node.host && job.includes(node.role));
