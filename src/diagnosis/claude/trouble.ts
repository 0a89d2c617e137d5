import type { Millis } from '../../kernel/clock.ts';
import { failed, type Result } from '../../kernel/result.ts';
import type { TokenUse } from './prices.ts';

/** How one request to the endpoint went wrong, told without any library's own types. */
export interface EndpointTrouble {
  /** `status`: an answer that is an error; `cut`: a stream that ended early; `silence`: nothing came for too long; `unreachable`: no connection; `garbage`: not the wire format. */
  readonly kind: 'status' | 'cut' | 'silence' | 'unreachable' | 'garbage';
  readonly status?: number;
  /** The endpoint's own word, e.g. `overloaded_error`. */
  readonly type?: string;
  readonly message: string;
  /** How long the endpoint asks to wait. */
  readonly retryAfterMs?: Millis;
  /** What the endpoint had counted before it went wrong. */
  readonly use?: TokenUse;
}

/** Errors inside a stream carry a word and no status. */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400, authentication_error: 401, billing_error: 402, permission_error: 403, not_found_error: 404, request_too_large: 413,
  rate_limit_error: 429, api_error: 500, timeout_error: 504, overloaded_error: 529,
};

/** The HTTP status, also where only the endpoint's word for it is known. */
export const statusOf = ({ status, type }: EndpointTrouble): number | undefined => status ?? (type === undefined ? undefined : statusOfType[type]);

/** Whether asking again can help. */
export function isPassing(trouble: EndpointTrouble): boolean {
  if (trouble.kind !== 'status') return true;
  const status = statusOf(trouble) ?? 500;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** The failure that a trouble ends in after so many tries: the endpoint's faults are infrastructure, a conversation that grew too large is the agent's. */
export function failureOf(trouble: EndpointTrouble, tries: number): Result<never> {
  const after = tries > 1 ? ` after ${tries} tries` : '';
  const told = trouble.message === '' ? '' : `: ${trouble.message.slice(0, 300)}`;
  switch (trouble.kind) {
    case 'cut': return failed('ENDPOINT_STREAM_CUT', `the model's answer broke off${after}${told}`, 'Try again; look at proxies between here and the endpoint.');
    case 'silence': return failed('ENDPOINT_TIMEOUT', `the model's endpoint went silent${after}${told}`, 'Try again later.');
    case 'unreachable': return failed('ENDPOINT_UNREACHABLE', `the model's endpoint cannot be reached${after}${told}`, 'Check ANTHROPIC_BASE_URL and the network.');
    case 'garbage': return failed('ENDPOINT_GARBAGE', `the model's endpoint does not speak the Messages API${after}${told}`, 'Check ANTHROPIC_BASE_URL.');
    default: return statusFailure(trouble, { after, told });
  }
}

function statusFailure(trouble: EndpointTrouble, { after, told }: { readonly after: string; readonly told: string }): Result<never> {
  const status = statusOf(trouble);
  const named = `${status ?? 'error'}${trouble.type === undefined ? '' : ` ${trouble.type}`}`;
  if (status === 401 || status === 403) return failed('ENDPOINT_KEY_REFUSED', `the model's endpoint refuses the key (${named})${told}`, 'Check ANTHROPIC_API_KEY.');
  if (status === 413) return failed('AGENT_CONTEXT_FULL', `the conversation grew larger than the endpoint takes (${named})${told}`, 'Ask narrower questions, or lower turns=.');
  if (status === 429) return failed('ENDPOINT_RATE_LIMITED', `the model's endpoint limits the rate (${named})${after}${told}`, 'Try again later, or ask for a higher limit.');
  if (status === 529) return failed('ENDPOINT_OVERLOADED', `the model's endpoint is overloaded (${named})${after}${told}`, 'Try again later.');
  if (status !== undefined && status < 500) return failed('ENDPOINT_BAD_REQUEST', `the model's endpoint refuses the request (${named})${told}`, 'Check the model and its options (claude:<model>,key=value).');
  return failed('ENDPOINT_ERROR', `the model's endpoint failed (${named})${after}${told}`, 'Try again later.');
}
