import { failed, ok, type Result } from '../../kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../ports/http.ts';
import type { Sample } from '../../ports/metrics.ts';
import type { Ports } from '../../ports/ports.ts';

/** The ids that etcd derives from these names' peer URLs, in the base that its API writes. */
export const ids: Readonly<Record<string, string>> = { 'etcd-1': '4826800593843766645', 'etcd-2': '10828644234260681754', 'etcd-3': '312057274026842141' };

/** How one member takes its calls: with this state, or not at all. */
export type MemberFake = 'refuses' | 'silent' | { readonly leader?: string; readonly term?: number; readonly applied?: number; readonly errors?: readonly string[]; readonly health?: string; readonly dbBytes?: number };

/** What a fake cluster shows; members that are not named follow `etcd-1`. */
export interface Story {
  readonly members?: Readonly<Record<string, MemberFake>>;
  /** By a part of the expression, or by the whole of it behind `=`: the value of each instance. */
  readonly metrics?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Nodes whose logs hold a request to stop; undefined: logs cannot be read. */
  readonly askedToStop?: readonly string[] | undefined;
}

const names = Object.keys(ids);
const host = (name: string): string => `10.77.1.1${name.at(-1)}`;

/** Ports onto a cluster of three members, as the JSON gateway of either generation answers. */
export function fakePorts(story: Story = {}): Ports {
  const stateOf = (name: string): MemberFake => story.members?.[name] ?? { leader: 'etcd-1' };
  return {
    controlPlane: { request: async ({ node = 'etcd-1', ...request }) => answer(request, node, stateOf(node)) },
    logs: { search: async () => ('askedToStop' in story && story.askedToStop === undefined ? failed('LAB_NO_LOGS', 'not connected') : ok({ matched: 0, lines: (story.askedToStop ?? []).map((node) => ({ atMs: 0, node, level: 'INFO' as const, message: 'received signal; shutting down', raw: '' })) })) },
    inventory: names.map((node) => ({ node, role: 'member', host: host(node) })),
    metrics: { ...noMetrics, query: async (promql) => ok(samplesOf(promql, story)) },
  };
}

const noMetrics: Ports['metrics'] = { query: async () => ok([]), queryRange: async () => ok([]), series: async () => ok([]), labelValues: async () => ok([]), transport: async () => failed('LAB_NOT_FAKED', 'not faked') };

function samplesOf(promql: string, { metrics = {}, members = {} }: Story): Sample[] {
  if (promql === 'up') return names.map((name) => sample(name, typeof members[name] === 'string' ? 0 : 1));
  const found = Object.entries(metrics).find(([part]) => (part.startsWith('=') ? promql === part.slice(1) : promql.includes(part)))?.[1] ?? {};
  return Object.entries(found).map(([name, value]) => sample(name, value));
}

const sample = (name: string, value: number): Sample => ({ labels: { job: 'etcd', instance: `${host(name)}:2379` }, atMs: 0, value });

function answer({ path, query }: HttpRequest, name: string, state: MemberFake): Result<HttpResponse> {
  if (state === 'refuses') return failed('LAB_CONNECTION_REFUSED', `${name} refuses`);
  if (state === 'silent') return failed('LAB_TIMEOUT', `${name} is silent`);
  const json = (body: unknown, status = 200): Result<HttpResponse> => ok({ status, body: JSON.stringify(body) });
  if (path === '/v3/cluster/member/list') return json({ members: names.map((each) => ({ ID: ids[each], name: each, peerURLs: [`http://${host(each)}:2380`], clientURLs: [`http://${host(each)}:2379`] })) });
  if (path === '/v3/maintenance/status') return json(statusOf(name, state));
  if (path === '/livez') return ok({ status: 200, body: 'ok' });
  if (path === '/health' && query === undefined) return json({ health: state.health === undefined ? 'true' : 'false', reason: state.health ?? '' }, state.health === undefined ? 200 : 503);
  return ok({ status: 404, body: '404 page not found' });
}

/** Zero values are absent: a member without a leader has no `leader`. */
function statusOf(name: string, { leader, term = 2, applied = 5_000, errors, dbBytes = 20_480 }: Exclude<MemberFake, string>): object {
  return {
    header: { member_id: ids[name], raft_term: String(term) }, version: '3.5.16', dbSize: String(dbBytes), raftIndex: String(applied), raftTerm: String(term), raftAppliedIndex: String(applied), dbSizeInUse: String(dbBytes),
    ...(leader !== undefined && { leader: ids[leader] }), ...(errors && { errors }),
  };
}
