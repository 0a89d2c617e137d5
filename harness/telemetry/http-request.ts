import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '../../src/ports/http.ts';

/** A form that cannot be read: too large, or with a broken escape. */
export class FormError extends Error {
  override readonly name = 'FormError';
}

/** The request as transports know it, or `undefined` for a method that is not served. */
export async function readRequest(request: IncomingMessage, maxBodyBytes: number): Promise<HttpRequest | undefined> {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method !== 'GET' && method !== 'POST') return undefined;
  const body = method === 'POST' ? await readBody(request, maxBodyBytes) : '';
  return requestFrom({ method, target: request.url ?? '/', contentType: request.headers['content-type'] ?? '', body });
}

/** What was asked, in HTTP's own terms. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly target: string;
  readonly contentType: string;
  readonly body: string;
}

/** The request as transports know it; throws {@link FormError}. */
export function requestFrom({ method, target, contentType, body }: Asked): HttpRequest {
  const [path = '/', search = ''] = splitTarget(target);
  const query = repeated(search);
  return method === 'POST' && isForm(contentType) ? { method, path, query, body: checked(body) } : { method, path, query };
}

/** Only forms carry parameters; any other body is taken off the wire and left alone, as Prometheus does. */
const isForm = (contentType: string): boolean => /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType);

/** A client may send the whole URL as its target; the host in it changes nothing. */
function splitTarget(target: string): [path: string, search: string] {
  const local = target.replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = local.indexOf('?');
  return mark < 0 ? [local, ''] : [local.slice(0, mark), local.slice(mark + 1)];
}

function repeated(search: string): Record<string, string[]> {
  if (search === '') return {};
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(checked(search))) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

/** Go refuses a broken escape where URLSearchParams would read it as it stands. */
function checked(form: string): string {
  const broken = /%(?![0-9a-f]{2}).{0,2}/i.exec(form)?.[0];
  if (broken !== undefined) throw new FormError(`invalid URL escape ${JSON.stringify(broken)}`);
  return form;
}

function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= maxBodyBytes) chunks.push(chunk);
      else {
        request.pause();
        reject(new FormError('http: POST too large'));
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('error', () => reject(new FormError('unexpected EOF')));
  });
}
