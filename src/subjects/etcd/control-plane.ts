import type { z } from 'zod';
import type { Result } from '../../kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../ports/http.ts';
import type { Ports } from '../../ports/ports.ts';
import { errorBody, healthBody, memberListBody, parseBody, statusBody, type ListedMember, type StatusBody } from './bodies.ts';
import type { Asked } from './observation.ts';
import { readingCalls } from './reads.ts';

/** What one member said, asked by itself. */
export interface MemberAnswers {
  readonly node: string;
  readonly asked: Asked;
  readonly detail?: string;
  readonly status?: StatusBody;
  readonly health?: { readonly ok: boolean; readonly reason: string };
  readonly live?: boolean;
  readonly listed?: readonly ListedMember[];
}

/** Asks a member one thing. */
export function askMember({ controlPlane }: Pick<Ports, 'controlPlane'>, node: string): (request: HttpRequest) => Promise<Result<HttpResponse>> {
  return (request) => controlPlane.request({ ...request, node });
}

/** The requests of a look, by what they tell. */
export const questions = {
  status: { method: 'POST', path: readingCalls.status, body: '{}' },
  memberList: { method: 'POST', path: readingCalls.memberList, body: '{}' },
  health: { method: 'GET', path: '/health' },
  live: { method: 'GET', path: '/livez', query: { verbose: '' } },
} as const satisfies Record<string, HttpRequest>;

/** Asks every member of the inventory everything that a look needs. Nothing here throws for a fault of the world. */
export const askMembers = (ports: Ports): Promise<MemberAnswers[]> => Promise.all(ports.inventory.filter(({ role }) => role === 'member').map(({ node }) => askOne(ports, node)));

async function askOne(ports: Ports, node: string): Promise<MemberAnswers> {
  const ask = askMember(ports, node);
  const [status, memberList, health, live] = await Promise.all([ask(questions.status), ask(questions.memberList), ask(questions.health), ask(questions.live)]);
  const answers = [status, health, live];
  const said = healthOf(health);
  const [own, list] = [read(statusBody, status), read(memberListBody, memberList)];
  return {
    node, asked: askedFrom(answers), ...detailOf(status),
    ...(own && { status: own }), ...(said && { health: said }), ...(list && { listed: list.members }),
    ...(live.ok && live.value.status !== 404 && { live: live.value.status === 200 }),
  };
}

/** Any answer at all shows that the process works; otherwise a refusal outweighs silence, since only a host without the process refuses. */
function askedFrom(answers: readonly Result<HttpResponse>[]): Asked {
  if (answers.some((answer) => answer.ok)) return 'answers';
  return answers.some((answer) => !answer.ok && isRefusal(answer.failure.code)) ? 'refuses' : 'silent';
}

/** Whether a failure says that nothing listens there, or that what listened there has just gone. */
export const isRefusal = (code: string): boolean => code === 'LAB_CONNECTION_REFUSED' || code === 'LAB_CONNECTION_RESET';

function detailOf(answer: Result<HttpResponse>): Pick<MemberAnswers, 'detail'> {
  if (!answer.ok) return { detail: answer.failure.because };
  return answer.value.status === 200 ? {} : { detail: `status answers ${answer.value.status} ${messageOf(answer.value.body)}` };
}

/** The text of an error, whichever generation of the gateway wrote it. */
export function messageOf(body: string): string {
  const parsed = parseBody(errorBody, body);
  return (parsed.ok ? (parsed.value.message ?? parsed.value.error) : undefined) ?? body.slice(0, 120);
}

function healthOf(answer: Result<HttpResponse>): MemberAnswers['health'] {
  if (!answer.ok) return undefined;
  const parsed = parseBody(healthBody, answer.value.body);
  return parsed.ok ? { ok: parsed.value.health === 'true', reason: parsed.value.reason } : undefined;
}

function read<T>(schema: z.ZodType<T>, answer: Result<HttpResponse>): T | undefined {
  if (!answer.ok || answer.value.status !== 200) return undefined;
  const parsed = parseBody(schema, answer.value.body);
  return parsed.ok ? parsed.value : undefined;
}
