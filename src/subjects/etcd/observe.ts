import type { Clock } from '../../kernel/clock.ts';
import type { Sample } from '../../ports/metrics.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Blindness, ComponentRef, Topology } from '../contract.ts';
import { askMembers, type MemberAnswers } from './control-plane.ts';
import { leaderOf } from './leadership.ts';
import type { AlarmView, EtcdObservation, LinkView, MemberMetrics, MemberStatus, MemberView } from './observation.ts';
import { askTelemetry, type Question, type Telemetry } from './telemetry.ts';
import { hostOf, nodeNamed, topologyFrom } from './topology.ts';

/** A request to stop is looked for this far back. */
const lookBackMs = 600_000;

/** One look at an etcd cluster: every member asked by itself, then Prometheus, then the logs for requests to stop. */
export async function observe(ports: Ports, clock: Pick<Clock, 'now'>): Promise<EtcdObservation> {
  const [answers, telemetry] = await Promise.all([askMembers(ports), askTelemetry(ports)]);
  const listed = newestList(answers);
  const told = answers.flatMap(({ node, status }) => (status?.header.member_id === undefined ? [] : [[node, status.header.member_id] as const]));
  const namedBy = (ids: typeof told): Topology => topologyFrom({ inventory: ports.inventory, listed: listed ?? [], ownIds: new Map(ids) });
  const topology = namedBy([...exportedIds(namedBy(told), telemetry), ...told]);
  const members = topology.nodes.map(({ id }) => memberView(id, { topology, answers, telemetry, listed }));
  const askedToStop = await stopRequests(ports, clock.now());
  const leader = leaderOf(members);
  const [changes] = telemetry.of('leaderChanges');
  return {
    atMs: clock.now(), topology,
    blind: blindness(members, telemetry),
    members,
    voters: listed?.filter(({ isLearner }) => !isLearner).length ?? members.length,
    ...(leader !== undefined && { leader }),
    alarms: alarmsOf(answers, topology),
    links: linksOf(telemetry, topology),
    ...(changes && { leaderChanges: changes.value }),
    ...(askedToStop && { askedToStop }),
  };
}

/** Where nobody tells the list of members, each still exports the id by which the others speak of it. */
const exportedIds = (topology: Topology, telemetry: Telemetry): (readonly [ComponentRef, string])[] =>
  telemetry.of('ids').flatMap(({ labels: { instance, server_id: id = '' } }) => {
    const node = nodeOfInstance(topology, instance);
    return node !== undefined && /^[0-9a-f]{1,16}$/.test(id) ? [[node, BigInt(`0x${id}`).toString()] as const] : [];
  });

/** Members answer from what they have applied; the highest term has seen the most. */
function newestList(answers: readonly MemberAnswers[]): MemberAnswers['listed'] {
  const able = answers.filter(({ listed }) => listed !== undefined && listed.length > 0);
  return able.toSorted((a, b) => (b.status?.raftTerm ?? 0) - (a.status?.raftTerm ?? 0))[0]?.listed;
}

interface Seen {
  readonly topology: Topology;
  readonly answers: readonly MemberAnswers[];
  readonly telemetry: Telemetry;
  readonly listed: MemberAnswers['listed'];
}

function memberView(node: ComponentRef, { topology, answers, telemetry, listed }: Seen): MemberView {
  const own = answers.find((each) => each.node === node);
  const metrics = metricsOf(node, topology, telemetry);
  const id = own?.status?.header.member_id ?? listed?.find((member) => nodeNamed(topology, member.ID) === node)?.ID;
  return {
    node, metrics,
    // A member that no endpoint leads to can only be judged by its metrics.
    asked: own?.asked ?? (metrics.scraped === true ? 'answers' : 'silent'),
    ...(id !== undefined && { id }),
    ...(listed && { listed: listed.some((member) => nodeNamed(topology, member.ID) === node) }),
    ...(own?.detail !== undefined && { detail: own.detail }),
    ...(own?.status && { status: statusOf(own.status) }),
    ...(own?.health && { health: own.health }),
    ...(own?.live !== undefined && { live: own.live }),
  };
}

function statusOf(body: NonNullable<MemberAnswers['status']>): MemberStatus {
  const { leader, raftTerm, raftAppliedIndex, dbSize, dbSizeInUse, version, isLearner } = body;
  return {
    dbBytes: dbSize, dbInUseBytes: dbSizeInUse, version, isLearner,
    ...(leader !== undefined && leader !== '0' && { leaderId: leader }),
    ...(raftTerm !== undefined && { term: raftTerm }),
    ...(raftAppliedIndex !== undefined && { appliedIndex: raftAppliedIndex }),
  };
}

function metricsOf(node: ComponentRef, topology: Topology, telemetry: Telemetry): MemberMetrics {
  const value = (question: Question): number | undefined => telemetry.of(question).find(({ labels }) => nodeOfInstance(topology, labels['instance']) === node)?.value;
  const up = telemetry.of('up').find(({ labels }) => isTargetOf(labels, node, topology))?.value;
  const named = {
    fsyncP99Seconds: value('fsync'), commitP99Seconds: value('commit'), writeP99Seconds: value('writes'), failedShare: value('failedShare'),
    quotaBytes: value('quota'), quotaReachedInSeconds: value('quotaIn'), openFilesShare: value('openFiles'),
  };
  const hasLeader = value('hasLeader');
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, each]) => each !== undefined)),
    ...(up !== undefined && { scraped: up === 1 }),
    ...(hasLeader !== undefined && { hasLeader: hasLeader === 1 }),
    ...(telemetry.because === undefined && { restarted: (value('restarted') ?? 0) > 0 }),
  };
}

/** By address, else by a host that one node alone has. */
function nodeOfInstance(topology: Topology, instance = ''): ComponentRef | undefined {
  const exact = nodeNamed(topology, instance);
  if (exact !== undefined) return exact;
  const sameHost = topology.nodes.filter(({ host }) => host === hostOf(instance));
  return sameHost.length === 1 ? sameHost[0]?.id : undefined;
}

/** A host may have other exporters: an address counts for itself, a host only under a job that names etcd. */
const isTargetOf = (labels: Sample['labels'], node: ComponentRef, topology: Topology): boolean =>
  nodeNamed(topology, labels['instance'] ?? '') === node || ((labels['job'] ?? '').includes('etcd') && nodeOfInstance(topology, labels['instance']) === node);

/** `memberID:4826800593843766645 alarm:NOSPACE ` in the errors of a status, which needs no quorum to be read. */
function alarmsOf(answers: readonly MemberAnswers[], topology: Topology): AlarmView[] {
  const found = new Map<string, AlarmView>();
  for (const error of answers.flatMap(({ status }) => status?.errors ?? [])) {
    const [, id, alarm] = /memberID:(\d+)\s+alarm:(\w+)/.exec(error) ?? [];
    if (id !== undefined && alarm !== undefined) found.set(`${alarm} ${id}`, { alarm, node: nodeNamed(topology, id) ?? id });
  }
  return [...found.values()].sort((a, b) => (`${a.alarm} ${a.node}` < `${b.alarm} ${b.node}` ? -1 : 1));
}

function linksOf(telemetry: Telemetry, topology: Topology): LinkView[] {
  const links = new Map<string, LinkView>();
  const note = (samples: readonly Sample[], what: (value: number) => Partial<LinkView>): void => {
    for (const { labels, value } of samples) {
      const [from, to] = [nodeOfInstance(topology, labels['instance']), nodeNamed(topology, labels['To'] ?? '')];
      if (from !== undefined && to !== undefined) links.set(`${from} ${to}`, { ...links.get(`${from} ${to}`), from, to, ...what(value) });
    }
  };
  note(telemetry.of('sendFailures'), (failedPerMinute) => ({ failedPerMinute }));
  note(telemetry.of('roundTrips'), (roundTripSeconds) => ({ roundTripSeconds }));
  return [...links].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
}

/** Who was asked to stop, so that a planned restart is not taken for a death. */
async function stopRequests(ports: Ports, nowMs: number): Promise<ReadonlySet<ComponentRef> | undefined> {
  const found = await ports.logs.search({ contains: 'received signal; shutting down', fromMs: nowMs - lookBackMs, limit: 50 });
  return found.ok ? new Set(found.value.lines.map(({ node }) => node)) : undefined;
}

/** A dead member is a finding; a cluster of which nothing answers and nothing refuses is one that we cannot see. */
function blindness(members: readonly MemberView[], telemetry: Telemetry): Blindness[] {
  const unseen = members.every(({ asked }) => asked === 'silent');
  return [
    ...(unseen ? [{ what: 'the members', because: members[0]?.detail ?? 'no member is known' }] : []),
    ...(telemetry.because === undefined ? [] : [{ what: 'metrics', because: telemetry.because }]),
    ...(telemetry.because === undefined && telemetry.of('up').length === 0 ? [{ what: 'metrics', because: 'Prometheus scrapes nothing (`up` has no series)' }] : []),
  ];
}
