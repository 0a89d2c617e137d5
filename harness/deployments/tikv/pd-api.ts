import { z } from 'zod';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../../src/ports/http.ts';
import { controlPlaneOf } from '../../../src/ports/live-ports.ts';
import type { AskNode, PlannedNode } from '../contract.ts';

/** PD's HTTP API, asked of whichever member answers. */
export class PdApi {
  readonly #request: (request: HttpRequest) => Promise<Result<HttpResponse>>;

  constructor(all: readonly PlannedNode[], ask: AskNode) {
    const members = all.filter(({ role }) => role === 'pd').map(({ id, role, host }) => ({ node: id, role, host, transport: ask(id) }));
    this.#request = controlPlaneOf(members).request;
  }

  /** The body of a GET below `/pd/api/v1`. */
  async get<T>(path: string, schema: z.ZodType<T>): Promise<Result<T>> {
    const answer = await this.#request({ method: 'GET', path: `/pd/api/v1${path}` });
    return answer.ok ? parsed(path, answer.value, schema) : answer;
  }

  /** Changes something; anything but a success is a failure with PD's own words. */
  async change(method: 'POST' | 'DELETE', path: string, { body, query }: { readonly body?: object; readonly query?: Readonly<Record<string, string>> } = {}): Promise<Result<void>> {
    const answer = await this.#request({ method, path: `/pd/api/v1${path}`, ...(body && { body: JSON.stringify(body) }), ...(query && { query }) });
    if (!answer.ok) return answer;
    return answer.value.status < 300 ? ok(undefined) : refused(path, answer.value);
  }
}

function parsed<T>(path: string, response: HttpResponse, schema: z.ZodType<T>): Result<T> {
  if (response.status !== 200) return refused(path, response);
  try {
    const body = schema.safeParse(JSON.parse(quoteLongIds(response.body)));
    return body.success ? ok(body.data) : failed('LAB_PD_ANSWER', `PD answers ${path} in an unknown form: ${z.prettifyError(body.error)}`);
  } catch {
    return failed('LAB_PD_ANSWER', `PD answers ${path} with something that is not JSON: ${response.body.slice(0, 200)}`);
  }
}

const refused = (path: string, { status, body }: HttpResponse): Result<never> => failed('LAB_PD_REFUSED', `PD answers ${path} with ${status}: ${body.trim().slice(0, 300)}`);

/** Ids of 64 bits do not fit into a double: they are read as text. */
const quoteLongIds = (json: string): string => json.replace(/("(?:member_id|cluster_id)":\s*)(\d+)/g, '$1"$2"');

/** `/stores`, as far as it is used here. */
export const storesSchema = z.object({ stores: z.array(z.object({ store: z.object({ id: z.number(), address: z.string(), state_name: z.string() }) })) });

/** `/members`, as far as it is used here. */
export const membersSchema = z.object({
  members: z.array(z.object({ name: z.string(), member_id: z.string() })),
  leader: z.object({ name: z.string() }).nullish(),
});

/** `/cluster/status`. */
export const clusterStatusSchema = z.object({ is_initialized: z.boolean() });

/** An answer that counts regions. */
export const countSchema = z.object({ count: z.number() });
