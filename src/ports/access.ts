import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Agent } from 'undici';
import { failed, ok, type Failure, type Result } from '../kernel/result.ts';
import type { HttpRequest, Transport } from './http.ts';
import { readOnly } from './read-only.ts';
import { closingReason } from './tls-probe.ts';
import { httpTransport, type HttpOptions } from './undici-transport.ts';

/** Where the proofs of identity lie. A token is named by a file or by a variable of the environment, never given itself. */
export interface AccessFiles {
  /** Certificates (PEM) of who may have signed a server's; default: those that Node brings. */
  readonly ca?: string;
  /** The client's own certificate and key (PEM). */
  readonly cert?: string;
  readonly key?: string;
  readonly tokenFile?: string;
  readonly tokenVariable?: string;
}

/** How servers are spoken to: with which trust, as whom. Its secrets cannot be printed by accident. */
export interface Access {
  readonly dispatcher: Agent;
  /** What connections are made with; for finding out why one was closed. */
  readonly material: () => Material;
  /** Read at each request, since tokens are renewed. */
  readonly token?: () => Result<string>;
}

interface Material {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Reads and checks the files now, so that a wrong one is told before anything is asked. */
export function accessFrom({ ca, cert, key, tokenFile, tokenVariable }: AccessFiles): Result<Access> {
  if ((cert === undefined) !== (key === undefined)) return failed('LAB_ACCESS', 'a client certificate and its key come together', 'give both --cert and --key');
  if (tokenFile !== undefined && tokenVariable !== undefined) return failed('LAB_ACCESS', 'two tokens are given', 'name a file or a variable, not both');
  const read = [ca, cert, key].map((path) => (path === undefined ? ok(undefined) : readText(path)));
  const wrong = read.find((each) => !each.ok);
  if (wrong && !wrong.ok) return wrong;
  const [caText, certText, keyText] = read.map((each) => (each.ok ? each.value : undefined));
  const material = { ...(caText !== undefined && { ca: caText }), ...(certText !== undefined && { cert: certText }), ...(keyText !== undefined && { key: keyText }) };
  const trouble = troubleWith(material, { ca, cert, key });
  if (trouble) return { ok: false, failure: trouble };
  const token = tokenFile !== undefined ? () => tokenIn(tokenFile) : tokenVariable !== undefined ? () => tokenOf(tokenVariable) : undefined;
  const first = token?.();
  if (first && !first.ok) return first;
  return ok({ dispatcher: new Agent({ connect: material }), material: () => material, ...(token && { token }) });
}

/** A server that is only read, under the given access. */
export function securedTransport(url: URL, { access, reads, ...options }: HttpOptions & { readonly access: Access; readonly reads: (request: HttpRequest) => boolean }): Transport {
  return readOnly(explained(url, withToken(url, { ...options, dispatcher: access.dispatcher }, access.token), access), reads);
}

/** A connection that was closed without an answer may have been closed for a reason that can be found out. */
function explained(url: URL, inner: Transport, access: Access): Transport {
  return async (request, signal) => {
    const answer = await inner(request, signal);
    if (answer.ok || answer.failure.code !== 'LAB_CONNECTION_RESET') return answer;
    const reason = await closingReason(url, access.material());
    return reason ? { ok: false, failure: reason } : answer;
  };
}

function withToken(url: URL, options: HttpOptions, token: Access['token']): Transport {
  if (!token) return httpTransport(url, options);
  return async (request, signal) => {
    const read = token();
    if (!read.ok) return read;
    return httpTransport(url, { ...options, headers: { ...options.headers, authorization: `Bearer ${read.value}` } })(request, signal);
  };
}

function troubleWith(material: Material, names: Pick<AccessFiles, 'ca' | 'cert' | 'key'>): Failure | undefined {
  try {
    createSecureContext(material);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    if (/key values mismatch/i.test(message)) return { code: 'LAB_ACCESS', because: `the key in ${names.key} does not belong to the certificate in ${names.cert}` };
    const files = [names.ca, names.cert, names.key].filter((each) => each !== undefined).join(', ');
    return { code: 'LAB_ACCESS', because: `${files}: these are not certificates and keys in PEM form (${message})` };
  }
}

function readText(path: string): Result<string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return failed('LAB_ACCESS', `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, 'name a file that is there and that this user may read');
  }
}

function tokenIn(path: string): Result<string> {
  const text = readText(path);
  return text.ok ? usable(text.value, path) : text;
}

const tokenOf = (variable: string): Result<string> => usable(process.env[variable] ?? '', `the variable ${variable}`);

/** The text of a token is in no message. */
function usable(text: string, where: string): Result<string> {
  const token = text.trim();
  if (token === '') return failed('LAB_ACCESS', `${where} holds no token`, 'write the token there and nothing else');
  return /^[\x21-\x7e]+$/.test(token) ? ok(token) : failed('LAB_ACCESS', `what ${where} holds is not one token: it has blanks or other characters that no token has`);
}
