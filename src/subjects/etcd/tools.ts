import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../ports/http.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SubjectTool, Topology } from '../contract.ts';
import { hexId } from './bodies.ts';
import { isRefusal, questions } from './control-plane.ts';
import { readingCalls } from './reads.ts';
import { nodeNamed } from './topology.ts';

/** Everything is asked of every member by itself: a majority's answer would hide the one that thinks otherwise. */
async function everyMember(ports: Ports, request: HttpRequest): Promise<ReadonlyMap<string, Result<HttpResponse>>> {
  const nodes = ports.inventory.filter(({ role }) => role === 'member').map(({ node }) => node);
  const answers = await Promise.all(nodes.map((node) => ports.controlPlane.request({ ...request, node })));
  return new Map(nodes.flatMap((node, index) => (answers[index] ? [[node, answers[index]] as const] : [])));
}

/** One answer as it came, or how it failed: a refused or silent connection is a finding, too. */
function shown(answer: Result<HttpResponse>): { readonly [key: string]: Json } {
  if (answer.ok) return { answers: true, status: answer.value.status, body: parsed(answer.value.body) };
  return { answers: false, how: isRefusal(answer.failure.code) ? 'refused' : 'silent', error: { code: answer.failure.code, because: answer.failure.because } };
}

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

const perMember = async (ports: Ports, request: HttpRequest): Promise<{ [node: string]: Json }> => Object.fromEntries([...(await everyMember(ports, request))].map(([node, answer]) => [node, shown(answer)]));

/** Adds who is meant by the ids in a status, since metrics and logs write them in another base. */
function withNames(answer: Json, topology: Topology): Json {
  const row = answer as { body?: { leader?: string; header?: { member_id?: string } } };
  const name = (id: string | undefined): Json => (id === undefined || !/^\d+$/.test(id) ? null : (nodeNamed(topology, id) ?? hexId(id)));
  if (row.body?.header === undefined) return answer;
  const leads = row.body.leader !== undefined && row.body.leader === row.body.header.member_id;
  return { ...(answer as { [key: string]: Json }), leaderIs: name(row.body.leader), leads };
}

const nothing = z.strictObject({});

/** Tools shaped by etcd: its members are asked one by one and stand side by side. */
export const tools: readonly SubjectTool[] = [
  {
    name: 'member_status',
    description: "Asks every member for its own status (POST /v3/maintenance/status; local, needs no quorum) and puts the answers side by side: leader, raft term and index, applied index, database size, errors (alarms). `leaderIs` names the leader that a member believes in, null where it knows none; `leads` is true on the one that believes it leads. How a member fails to answer tells much: `refused` means that nothing listens there, `silent` that the connection was taken or lost and nothing came back.",
    input: nothing,
    run: async (_, { ports, topology }) => {
      const members = await perMember(ports, questions.status);
      return ok({ members: Object.fromEntries(Object.entries(members).map(([node, answer]) => [node, withNames(answer, topology)])) });
    },
  },
  {
    name: 'member_list',
    description: 'The member list (POST /v3/cluster/member/list) as each member knows it: ids, names, peer and client URLs, learners. Lists that differ, or a deployed member that is missing from them, mean a membership change.',
    input: nothing,
    run: async (_, { ports }) => ok({ members: await perMember(ports, questions.memberList) }),
  },
  {
    name: 'member_health',
    description: 'The health endpoints of every member: /health (alarms, then leader, then a linearizable read), /health?serializable=true (a local read), /livez and /readyz. 503 RAFT NO LEADER with a healthy serializable answer is a member that lives without a quorum; ALARM NOSPACE is the space quota; refused is no process; silence is a hung process or a cut link.',
    input: nothing,
    run: async (_, { ports }) => {
      const paths: Readonly<Record<string, HttpRequest>> = {
        health: questions.health, serializable: { method: 'GET', path: '/health', query: { serializable: 'true' } }, livez: questions.live, readyz: { method: 'GET', path: '/readyz', query: { verbose: '' } },
      };
      const columns = await Promise.all(Object.entries(paths).map(async ([name, request]) => [name, await perMember(ports, request)] as const));
      return ok({ members: Object.fromEntries(Object.keys(columns[0]?.[1] ?? {}).map((node) => [node, Object.fromEntries(columns.map(([name, answers]) => [name, answers[node] ?? null]))])) });
    },
  },
  {
    name: 'alarms',
    description: 'The alarms that stand (NOSPACE: the database reached its quota and takes no more puts; CORRUPT: members disagree about data), read from the errors of every status, which works without a quorum.',
    input: nothing,
    run: async (_, { ports, topology }) => {
      const answers = await perMember(ports, questions.status);
      const errors = Object.entries(answers).flatMap(([asked, answer]) => ((answer as { body?: { errors?: string[] } }).body?.errors ?? []).map((error) => ({ asked, error: error.trim() })));
      const raised = [...new Set(errors.flatMap(({ error }) => (/memberID:(\d+)\s+alarm:(\w+)/.test(error) ? [error] : [])))].map((error): Json => {
        const [, id = '', alarm = ''] = /memberID:(\d+)\s+alarm:(\w+)/.exec(error) ?? [];
        return { alarm, raisedBy: nodeNamed(topology, id) ?? hexId(id) };
      });
      return ok({ raised: raised.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)), errors });
    },
  },
  {
    name: 'hash_kv',
    description: 'The hash of the whole key space on every member (POST /v3/maintenance/hashkv; local). Members whose revision and compact_revision agree must have one hash; another one is corrupted data. It reads the whole database: seconds on a large one.',
    input: nothing,
    run: async (_, { ports }) => ok({ members: await perMember(ports, { method: 'POST', path: readingCalls.hashKv, body: '{"revision":0}' }) }),
  },
  {
    name: 'member_config',
    description: 'The settings that each member logged when it last started (line "starting an etcd server"): timeouts, quota, data directory, cluster token and state, compaction. null where its log does not go back so far. Settings that differ between members are worth a look.',
    input: nothing,
    run: async (_, { ports }) => {
      const found = await ports.logs.search({ contains: 'starting an etcd server', limit: 200 });
      if (!found.ok) return found;
      const nodes = ports.inventory.filter(({ role }) => role === 'member').map(({ node }) => node);
      const lastOf = (node: string): Json => parsed(found.value.lines.findLast((line) => line.node === node)?.raw ?? 'null');
      return ok({ members: Object.fromEntries(nodes.map((node) => [node, lastOf(node)])) });
    },
  },
];
