import type { Connection } from '../../../src/cli/connection.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { failed, ok, type Failure, type Result } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { Transport } from '../../../src/ports/http.ts';
import { livePorts, type Member } from '../../../src/ports/live-ports.ts';
import { prometheusPort } from '../../../src/ports/metrics.ts';
import { clockOf } from '../../../src/ports/prometheus-clock.ts';
import type { InventoryNode } from '../../../src/ports/ports.ts';
import type { Topology } from '../../../src/subjects/contract.ts';
import { attach, type AttachedCluster, type Page } from '../../clusters/attach/attach.ts';
import { logFilesOf } from './log-files.ts';

/** What else the user said. */
export interface FindOptions {
  /** `node=FILE`, as often as there are nodes. */
  readonly logs: readonly string[];
  readonly selectors: readonly string[];
}

/** Finds out who is deployed, and attaches. Nothing is attached to when nobody of the control plane answers, or Prometheus does not know the cluster. */
export async function findCluster(connection: Connection, { logs, selectors }: FindOptions): Promise<Result<AttachedCluster>> {
  const silent = await whoIsSilent(connection);
  if (silent.length === connection.members.length) return { ok: false, failure: silent[0] ?? { code: 'LAB_ATTACH', because: 'no member is named' } };
  const { prometheus } = connection;
  const clock = prometheus ? await clockOf(prometheus) : wallClock;
  const known = prometheus && (await knowsCluster(prometheus, selectors, clock));
  if (known && !known.ok) return known;
  const noMetrics = async () => failed('LAB_NO_METRICS', 'no Prometheus is attached yet');
  const { topology } = await connection.subject.observe(livePorts({ members: connection.members, prometheus: prometheus ?? noMetrics, clock }), clock);
  const inventory = inventoryOf(topology, connection.members);
  const files = logFilesOf(logs, { topology, inventory });
  if (!files.ok) return files;
  const members = [...connection.members, ...(await furtherMembers(connection, topology))];
  const metrics = prometheus ? { prometheus } : { pages: await pagesOf(connection, topology, members) };
  return ok(attach({ members, data: dataNodes(connection, topology), inventory, metrics, logFiles: files.value, clock }));
}

/** The first question of a recording, put to each member: an answer of any kind will do. */
async function whoIsSilent({ members, subject }: Connection): Promise<Failure[]> {
  const { path, body } = subject.snapshot[0] ?? { path: '/' };
  const answers = await Promise.all(members.map(({ transport }) => transport({ method: body === undefined ? 'GET' : 'POST', path, ...(body !== undefined && { body }) })));
  return answers.flatMap((answer, i) => {
    if (!answer.ok) return [answer.failure];
    const { status } = answer.value;
    if (status !== 401 && status !== 403) return [];
    return [{ code: 'LAB_ATTACH', because: `${members[i]?.node} answers ${status}: it wants to know who asks`, advice: 'give a token with --token-file, or a client certificate with --cert and --key' }];
  });
}

/** A recording without a series would be noticed too late. */
async function knowsCluster(prometheus: NonNullable<Connection['prometheus']>, selectors: readonly string[], clock: Clock): Promise<Result<void>> {
  const metrics = prometheusPort(prometheus, clock);
  const ask = await prometheus({ method: 'GET', path: '/api/v1/query', query: { query: 'vector(1)' } });
  if (ask.ok && (ask.value.status === 401 || ask.value.status === 403)) return failed('LAB_ATTACH', `Prometheus answers ${ask.value.status}: it wants to know who asks`, 'give a token with --prometheus-token-file');
  for (const selector of selectors) {
    const found = await metrics.query(`count(${selector})`);
    if (!found.ok) return found;
    if (found.value.length > 0) return ok(undefined);
  }
  const jobs = await metrics.labelValues('job');
  return failed('LAB_ATTACH', `this Prometheus has no series ${selectors.join(' or ')}`, `say with --job what it calls them, or choose others with --match; it has the jobs ${jobs.ok ? jobs.value.join(', ') : '(unknown)'}`);
}

/** An address that no member goes by, while members are known, is a door to all of them (a balancer, a proxy) and no node. */
function inventoryOf({ nodes }: Topology, members: readonly Member[]): InventoryNode[] {
  const listed = nodes.map(({ id, role, host }) => ({ node: id, role, host }));
  const named = members.map(({ node, role, host }) => ({ node, role, host }));
  const missing = named.filter(({ node, role }) => !nodes.some((each) => each.id === node || each.aliases.includes(node) || (each.role === role && each.id !== node)));
  return [...listed, ...missing];
}

/** Members that were not named, where they are reached by the addresses that they tell the world. */
async function furtherMembers({ members, subject, page }: Connection, { nodes }: Topology): Promise<Member[]> {
  const roles = subject.roles.filter(({ controlPlane }) => controlPlane).map(({ role }) => role);
  const unnamed = nodes.filter(({ id, role, aliases }) => roles.includes(role) && !members.some(({ node }) => node === id || aliases.includes(node)));
  const found = await Promise.all(unnamed.map(async ({ id, role, host, aliases }) => {
    const address = await answering([id, ...aliases], page);
    return address === undefined ? [] : [{ node: id, role, host, transport: page(address) }];
  }));
  return found.flat();
}

/** Nodes besides the members, each asked at whichever of its addresses answers, the status port's first, since it is listed last; which one that is turns out when somebody asks. */
function dataNodes({ subject, page }: Connection, { nodes }: Topology): Member[] {
  const roles = subject.roles.filter(({ controlPlane }) => !controlPlane).map(({ role }) => role);
  return nodes.filter(({ role }) => roles.includes(role)).map(({ id, role, host, aliases }) => ({ node: id, role, host, transport: firstThatAnswers(addressesAmong([id, ...aliases]).reverse().map(page)) }));
}

/** Stays with the first that gave an answer of HTTP; a port that speaks something else gives none. */
function firstThatAnswers(transports: readonly Transport[]): Transport {
  let chosen: Transport | undefined;
  return async (request, signal) => {
    if (chosen) return chosen(request, signal);
    let last: Awaited<ReturnType<Transport>> = failed('LAB_NO_MEMBER', 'no address of it is known', 'ask its control plane about it, or read its metrics');
    for (const transport of transports) {
      last = await transport(request, signal);
      if (last.ok) chosen = transport;
      if (last.ok) break;
    }
    return last;
  };
}

const addressesAmong = (names: readonly string[]): string[] => names.filter((each) => /^(\[[0-9a-f:]+\]|[^\s:]+):\d+$/i.test(each));

/** Every node's page of metrics that can be reached from here. */
async function pagesOf({ subject, page }: Connection, { nodes }: Topology, members: readonly Member[]): Promise<Page[]> {
  const pages = await Promise.all(nodes.map(async ({ id, role, aliases }) => {
    const job = subject.roles.find((each) => each.role === role)?.job ?? role;
    const member = members.find(({ node }) => node === id || aliases.includes(node));
    const address = member?.node ?? (await answering([id, ...aliases], page));
    return address === undefined ? [] : [{ job, instance: address, transport: member?.transport ?? page(address) }];
  }));
  return pages.flat();
}

/** The first of a node's names that is an address and answers with a page of metrics. */
async function answering(names: readonly string[], page: Connection['page']): Promise<string | undefined> {
  for (const name of addressesAmong(names)) {
    const answer = await page(name)({ method: 'GET', path: '/metrics' });
    if (answer.ok && answer.value.status === 200) return name;
  }
  return undefined;
}
