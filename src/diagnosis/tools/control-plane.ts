import { z } from 'zod';
import { atPointer, type Json } from '../../kernel/json.ts';
import { failed, ok } from '../../kernel/result.ts';
import type { HttpRequest } from '../../ports/http.ts';
import { readOnlyTool } from './tool.ts';

/** A request to the database's own control plane that only reads. */
export const controlPlane = readOnlyTool({
  name: 'control_plane',
  description: "Sends one request that only reads to the database's own control plane API (a GET, or with `post` a POST of that JSON where the database reads so; what would change anything is refused) and answers {status, body} with the body parsed where it is JSON, or {error: {code, because}} when nobody answered: a refused or timed-out connection is a finding, too. Without `node` whichever member serves the cluster is asked; with it that member itself. `pointer` (a JSON pointer) picks a part of a large body. What the control plane reports about data nodes is their last report, not their present state.",
  input: z.strictObject({
    path: z.string().startsWith('/'),
    query: z.record(z.string(), z.string()).optional(),
    node: z.string().optional(),
    post: z.string().optional().describe('JSON text, for an API that reads by POST, e.g. {}'),
    pointer: z.string().optional().describe('e.g. /stores/0; then body is only that part'),
  }),
  run: async ({ path, query, node, post, pointer }, { ports, reads }) => {
    const request: HttpRequest = { method: post === undefined ? 'GET' : 'POST', path, ...(query && { query }), ...(post !== undefined && { body: post }) };
    if (!reads(request)) return failed('DESK_READ_ONLY', `${request.method} ${path} might change the cluster, so it was not sent`, 'ask for something that only reads');
    const answer = await ports.controlPlane.request({ ...request, ...(node !== undefined && { node }) });
    if (!answer.ok) return ok({ error: { code: answer.failure.code, because: answer.failure.because } });
    const body = parsed(answer.value.body);
    const part = pointer === undefined ? body : ((atPointer(body, pointer) ?? null) as Json);
    return ok({ status: answer.value.status, body: part });
  },
});

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
