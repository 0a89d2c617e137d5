import { failed, ok, type Result } from '../../../../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../../../../src/ports/http.ts';
import { metricsType } from '../../pd/api/reply.ts';
import type { World } from '../../world.ts';
import type { Store } from '../store.ts';
import { setStoreConfig, storeConfig } from './config.ts';

/** Asks a store's status port, as a client over the network does; `page` is what the store shows of its metrics. */
export function askStore(world: World, store: Store, { request, page }: { readonly request: HttpRequest; readonly page: () => string }): Result<HttpResponse> {
  const { statusAddress, process } = store;
  if (process.state === 'exited') return failed('LAB_CONNECTION_REFUSED', `${statusAddress} refused the connection`, 'ask another store');
  if (process.state === 'paused') return failed('LAB_TIMEOUT', `${statusAddress} accepted the connection and did not answer`, 'ask another store');
  return ok(answer(world, store, { request, page }));
}

function answer(world: World, store: Store, { request, page }: { readonly request: HttpRequest; readonly page: () => string }): HttpResponse {
  const { method, path } = request;
  if (method === 'GET' && path === '/status') return { status: 200, body: '' };
  if (method === 'GET' && path === '/config') return { status: 200, body: storeConfig(world, store), contentType: 'application/json' };
  if (method === 'POST' && path === '/config') return setStoreConfig(store, request.body);
  if (method === 'GET' && path === '/metrics') return { status: 200, body: page(), contentType: metricsType };
  return { status: 404, body: 'path not found' };
}
