import { failed, ok, type Result } from '../../../../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../../../../src/ports/http.ts';
import type { Entry } from '../../journal.ts';
import type { World } from '../../world.ts';
import type { PdServer } from '../server.ts';
import { changes } from './changes.ts';
import { audit } from './config.ts';
import { health, status, versionInfo } from './members.ts';
import { metricsType, plain, pretty } from './reply.ts';
import { routeTo } from './routes.ts';

/** A call to PD's HTTP API; the operator's port knows GET and POST, PD's administrators also DELETE. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: HttpRequest['query'];
  readonly body?: string;
  /** What the member shows of its metrics; a call that does not bring it gets an empty page. */
  readonly page?: () => string;
}

const prefix = '/pd/api/v1';
const local = new Set(['/status', '/health', '/ping', '/version']);

/** Asks one member, as a client over the network does. */
export function askMember(world: World, server: PdServer, call: ApiCall): Result<HttpResponse> {
  if (server.process.state === 'exited') return failed('LAB_CONNECTION_REFUSED', `${server.name}:2379 refused the connection`, 'ask another member');
  if (server.process.state === 'paused') return failed('LAB_TIMEOUT', `${server.name}:2379 accepted the connection and did not answer`, 'ask another member');
  if (!server.ready) return ok(pretty('[PD:server:ErrServerNotStarted]server not started', 500));
  if (call.method === 'GET' && call.path === '/metrics') return ok({ status: 200, body: call.page?.() ?? '', contentType: metricsType });
  const path = call.path.startsWith(prefix) ? call.path.slice(prefix.length) : undefined;
  if (path === undefined) return ok(plain('404 page not found\n', 404));
  if (local.has(path)) return ok(answerLocally(world, server, path));
  return forward(world, server, { ...call, path });
}

/** Followers pass calls on to the leader that they believe in, which may be dead by now. */
function forward(world: World, server: PdServer, call: ApiCall): Result<HttpResponse> {
  const { serving, believed } = world.pd.members;
  // A member whose etcd takes in nothing has not heard of another leader.
  if (server.host.disk.hung && serving !== server) return ok(plain('[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader', 503));
  if (serving) return ok(answer(world, serving, call));
  if (!believed) return ok(plain('[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader', 503));
  if (believed !== server && believed.process.state === 'paused') {
    server.process.after(callerWaitsMs, () => server.log(unsentLine(call, believed, 'context canceled')));
    return failed('LAB_TIMEOUT', `${server.name}:2379 did not answer within the time limit`, 'its leader may hang');
  }
  if (believed.ready && believed.process.state === 'running') {
    if (believed !== server) believed.log(notLeaderLine(server, believed));
    return ok(plain(notLeader, 500));
  }
  server.log(unsentLine(call, believed, `dial tcp ${believed.name}:2379: connect: connection refused`));
  return ok(plain('[PD:apiutil:ErrRedirect]redirect failed', 500));
}

const notLeader = '[PD:apiutil:ErrRedirectToNotLeader]redirect to not leader';
/** A member that leads no more got what a follower passed on to it. */
const notLeaderLine = (from: PdServer, to: PdServer): Entry => ({ level: 'WARN', source: 'middleware.go:248', message: 'redirect but server is not leader', fields: [['from', from.name], ['server', to.name], ['error', notLeader]] });

/** A caller that gets no answer hangs up after so long. */
const callerWaitsMs = 5_000;

const unsentLine = ({ method, path }: ApiCall, to: PdServer, why: string): Entry => {
  const verb = `${method[0]}${method.slice(1).toLowerCase()}`;
  return { level: 'WARN', source: 'apiutil.go:478', message: 'request failed', fields: [['error', `[PD:http:ErrSendRequest]send HTTP request failed: ${verb} "${to.clientUrl}${prefix}${path}": ${why}`]] };
};

function answerLocally(world: World, server: PdServer, path: string): HttpResponse {
  if (path === '/status') return status(server);
  if (path === '/health') return health(world);
  return path === '/version' ? versionInfo() : { status: 200, body: '' };
}

function answer(world: World, server: PdServer, call: ApiCall): HttpResponse {
  if (call.method !== 'GET') return change(world, call);
  const route = routeTo(call.path);
  return route ? route.answer(world, route.part, { query: call.query ?? {}, server }) : plain('404 page not found\n', 404);
}

function change(world: World, call: ApiCall): HttpResponse {
  for (const { method, pattern, label, act } of changes) {
    const match = method === call.method ? pattern.exec(call.path) : null;
    if (!match) continue;
    audit(world, { label, method, path: `${prefix}${call.path}`, body: call.body ?? '' });
    return act(world, { part: match[1] ?? '', more: match[2] ?? '', body: JSON.parse(call.body ?? 'null'), query: call.query ?? {} });
  }
  return plain('405 method not allowed\n', 405);
}
