import type { z } from 'zod';
import { failed, type Result } from '../../kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../ports/http.ts';
import type { Ports } from '../../ports/ports.ts';
import { countOf, healthBody, isTiflash, membersBody, parseBody, replicateBody, storesBody, type MemberRow, type StoreRow } from './bodies.ts';
import type { RegionCounts } from './observation.ts';

const api = '/pd/api/v1';

/** How one member took a request that was sent to it alone. */
export type Asked = 'answers' | 'refuses' | 'silent';

/** What PD's HTTP API says; parts that are undefined could not be read. */
export interface ControlPlaneAnswers {
  /** How the question that only a leader can answer was taken. */
  readonly leadership:
    | { readonly state: 'leading' }
    | { readonly state: 'leaderless' | 'silent' | 'unreadable'; readonly detail: string };
  readonly stores: readonly StoreRow[] | undefined;
  readonly members: readonly MemberRow[] | undefined;
  readonly leaderName: string | undefined;
  readonly health: ReadonlyMap<string, boolean> | undefined;
  readonly regions: RegionCounts;
  readonly maxReplicas: number | undefined;
  /** Members asked one by one, only where nobody leads. */
  readonly asked: ReadonlyMap<string, Asked>;
}

/** Asks PD everything that one look needs. Nothing here throws for a fault of the world. */
export async function askControlPlane(ports: Ports): Promise<ControlPlaneAnswers> {
  const get = (path: string, query?: HttpRequest['query']) => ports.controlPlane.request({ method: 'GET', path: `${api}${path}`, ...(query && { query }) });
  const [stores, members, health, miss, down, pending, total, replicate] = await Promise.all([
    get('/stores'),
    get('/members'),
    get('/health'),
    get('/regions/check/miss-peer'),
    get('/regions/check/down-peer'),
    get('/regions/check/pending-peer'),
    get('/stats/region', { start_key: '', end_key: '' }),
    get('/config/replicate'),
  ]);
  const leadership = leadershipFrom(stores);
  const leading = leadership.state === 'leading';
  const membersRead = read(membersBody, members);
  const healthRead = read(healthBody, health);
  return {
    leadership,
    stores: leading ? (read(storesBody, stores)?.stores ?? []).filter((row) => !isTiflash(row)) : undefined,
    // Without a leader only the health check still lists the members.
    members: membersRead?.members ?? healthRead,
    leaderName: membersRead?.leader?.name,
    health: healthRead && new Map(healthRead.map((row) => [row.name, row.health])),
    regions: { missPeer: from(miss, countOf), downPeer: from(down, countOf), pendingPeer: from(pending, countOf), total: from(total, countOf) },
    maxReplicas: read(replicateBody, replicate)?.['max-replicas'],
    asked: leading ? new Map() : await askEachMember(ports),
  };
}

/** Only a leader lists stores; what comes instead tells a leaderless control plane from one that we cannot see. */
function leadershipFrom(answer: Result<HttpResponse>): ControlPlaneAnswers['leadership'] {
  if (!answer.ok) return { state: 'silent', detail: answer.failure.because };
  const { status, body } = answer.value;
  const detail = `PD answers ${status} ${body.slice(0, 120)}`.trim();
  if (status >= 200 && status < 300) {
    const parsed = parseBody(storesBody, body);
    return parsed.ok ? { state: 'leading' } : { state: 'unreadable', detail: parsed.failure.because };
  }
  // A leader of a cluster that no store has joined yet answers this.
  if (body.includes('ErrNotBootstrapped')) return { state: 'leading' };
  return { state: status >= 500 ? 'leaderless' : 'unreadable', detail };
}

async function askEachMember(ports: Ports): Promise<Map<string, Asked>> {
  const members = ports.inventory.filter(({ role }) => role === 'pd');
  const answers = await Promise.all(members.map(({ node }) => ports.controlPlane.request({ method: 'GET', path: `${api}/ping`, node })));
  return new Map(members.map(({ node }, index) => [node, askedFrom(answers[index] ?? failed('LAB_UNKNOWN', 'no answer'))]));
}

const askedFrom = (answer: Result<HttpResponse>): Asked => (answer.ok ? 'answers' : answer.failure.code === 'LAB_CONNECTION_REFUSED' ? 'refuses' : 'silent');

const read = <T>(schema: z.ZodType<T>, answer: Result<HttpResponse>): T | undefined => from(answer, (body) => parseBody(schema, body));

/** What can be read of a good answer. */
function from<T>(answer: Result<HttpResponse>, readBody: (body: string) => Result<T>): T | undefined {
  if (!answer.ok || answer.value.status !== 200) return undefined;
  const parsed = readBody(answer.value.body);
  return parsed.ok ? parsed.value : undefined;
}
