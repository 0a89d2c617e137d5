import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { ok } from '../../kernel/result.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SubjectTool, Topology } from '../contract.ts';
import { storeConfig } from './store-config.ts';

const api = '/pd/api/v1';
const checks = ['miss-peer', 'down-peer', 'pending-peer', 'offline-peer', 'extra-peer', 'learner-peer'] as const;

/** One GET, or how it failed: nobody answering is a finding, too. */
async function ask(ports: Ports, path: string, query?: Readonly<Record<string, string>>): Promise<Json> {
  const answer = await ports.controlPlane.request({ method: 'GET', path: `${api}${path}`, ...(query && { query }) });
  if (!answer.ok) return { error: { code: answer.failure.code, because: answer.failure.because } };
  const { status, body } = answer.value;
  return status === 200 ? parsed(body) : { status, body: parsed(body) };
}

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

type View = (ports: Ports, topology: Topology) => Promise<{ readonly [key: string]: Json }>;

/** What one can look at, and which of PD's answers that takes. */
const views: Readonly<Record<string, View>> = {
  stores: async (ports, topology) => {
    const body = await ask(ports, '/stores');
    const rows = (body as { stores?: readonly StoreBody[] | null }).stores;
    return Array.isArray(rows) ? { stores: rows.map((row: StoreBody) => storeRow(row, topology)) } : { stores: body };
  },
  members: async (ports) => ({ members: await ask(ports, '/members'), health: await ask(ports, '/health') }),
  regions: async (ports) => Object.fromEntries(await Promise.all(checks.map(async (check) => [check, countAndFirst(await ask(ports, `/regions/check/${check}`))] as const))),
  scheduling: async (ports) => ({
    schedulers: await ask(ports, '/schedulers'), paused: await ask(ports, '/schedulers', { status: 'paused' }), disabled: await ask(ports, '/schedulers', { status: 'disabled' }),
    operators: await ask(ports, '/operators'), schedule: await ask(ports, '/config/schedule'),
  }),
  hotspots: async (ports) => ({
    stores: await ask(ports, '/hotspot/stores'),
    readflow: await ask(ports, '/regions/readflow', { limit: '8' }), writeflow: await ask(ports, '/regions/writeflow', { limit: '8' }),
  }),
  config: async (ports) => ({ schedule: await ask(ports, '/config/schedule'), replication: await ask(ports, '/config/replicate'), storeLimits: await ask(ports, '/stores/limit') }),
};

interface StoreBody { readonly store: { readonly id: number; readonly address: string; readonly state_name: string; readonly labels?: Json; readonly last_heartbeat?: number }; readonly status: { readonly [key: string]: Json } }

const kept = ['leader_count', 'region_count', 'pending_peer_count', 'slow_score', 'is_busy', 'capacity', 'available', 'last_heartbeat_ts', 'uptime'];

/** A row of a store without its constants, under the name that the topology gives it. */
function storeRow({ store, status }: StoreBody, { nodes }: Topology): Json {
  const node = nodes.find(({ aliases }) => aliases.includes(store.address))?.id ?? null;
  const { id, address, state_name, labels } = store;
  return { node, id, address, state_name, ...(labels !== undefined && { labels }), ...Object.fromEntries(kept.flatMap((key) => (status[key] === undefined ? [] : [[key, status[key]]]))) };
}

/** How many regions, and the first few with their peers; keys say nothing to a reader. */
function countAndFirst(body: Json): Json {
  const { count, regions } = body as { count?: number; regions?: readonly { readonly [key: string]: Json }[] | null };
  if (count === undefined) return body;
  const first = (regions ?? []).slice(0, 5).map(({ id = null, peers = null, leader = null, down_peers, pending_peers }) => ({ id, peers, leader, ...(down_peers && { down_peers }), ...(pending_peers && { pending_peers }) }));
  return { count, first };
}

const names = Object.keys(views) as [string, ...string[]];

/** Tools shaped by TiKV and its PD. */
export const tools: readonly SubjectTool[] = [
  {
    name: 'pd_view',
    description: 'Shows what PD knows about one subject, without having to know its API. stores: state, leaders, regions, heartbeat, slow score and space of each store. members: PD members, their leader and health. regions: how many regions miss a peer, have a down, pending, offline, extra or learner peer, with the first few. scheduling: schedulers (running, paused, disabled), operators under way, limits. hotspots: flow of each store, and the regions with the most. config: scheduling, replication and store limits. What PD says about stores is what they told it with their last heartbeat.',
    input: z.strictObject({ what: z.enum(names) }),
    run: async (args, { ports, topology }) => {
      const view = views[(args as { what: string }).what];
      return ok(view ? await view(ports, topology) : {});
    },
  },
  storeConfig,
];
