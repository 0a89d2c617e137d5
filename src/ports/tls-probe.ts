import { isIP } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import type { Millis } from '../kernel/clock.ts';
import type { Failure } from '../kernel/result.ts';
import { wallClock } from '../kernel/wall-clock.ts';
import { refusedVisitor, tlsFailure } from './tls-failure.ts';

const probeMs: Millis = 1_000;

/**
 * Why a server closed a connection without an answer, where that has to do with TLS. A refused client certificate is told
 * only after the handshake, and an HTTP client has seen no more than the end of its connection by then; so this asks again and listens.
 */
export async function closingReason(url: URL, material: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>): Promise<Failure | undefined> {
  const secret = url.protocol === 'https:';
  const heard = await listen(url, secret ? material : { rejectUnauthorized: false });
  if (secret && (heard === 'ECONNRESET' || heard === 'EPIPE')) return { code: 'LAB_TLS', because: `${url.host} closed the connection during the TLS handshake`, advice: 'try http:// instead of https://, or see whether it wants a client certificate' };
  if (secret) return heard === 'closed' ? refusedVisitor(url.host, material.cert !== undefined) : heard === undefined ? undefined : tlsFailure(heard, url.host, { message: heard });
  return heard === 'secure' ? { code: 'LAB_TLS', because: `${url.host} speaks TLS only`, advice: 'try https:// instead of http://' } : undefined;
}

/** An error's code; `closed` when the server ended a connection whose handshake went well, `secure` when it did not. */
function listen(url: URL, options: ConnectionOptions): Promise<string | undefined> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: Number(url.port || 443), ...(isIP(host) === 0 && { servername: host }), ...options });
  const patience = new AbortController();
  return new Promise((resolve) => {
    let secure = false;
    const done = (heard: string | undefined) => {
      patience.abort();
      socket.destroy();
      resolve(heard);
    };
    socket.on('secureConnect', () => (options.rejectUnauthorized === false ? done('secure') : (secure = true)));
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code)).on('close', () => done(secure ? 'closed' : undefined));
    socket.resume();
    wallClock.sleep(probeMs, patience.signal).then(() => done(secure ? 'secure' : undefined), () => {});
  });
}
