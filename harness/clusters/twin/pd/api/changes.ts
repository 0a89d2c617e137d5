import type { Json } from '../../../../../src/kernel/json.ts';
import type { HttpRequest, HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import { setConfig } from './config.ts';
import { resignLeader, transferLeader } from './members.ts';
import { deleteRule, setRule } from './rules.ts';
import { pauseChecker } from './diagnostic.ts';
import { createOperator, deleteOperator, deleteOperators, scatterRegions } from './operators.ts';
import { createScheduler, deleteScheduler, pauseScheduler } from './schedulers.ts';
import { deleteStore, setStoresLimit, setStoreState } from './stores.ts';

/** What a call brings along: parts of its path, its body and its query. */
export interface Change {
  readonly part: string;
  readonly more: string;
  readonly body: Json;
  readonly query: NonNullable<HttpRequest['query']>;
}

/** A call that changes something, and the name under which PD's audit log keeps it. */
interface ChangeRoute {
  readonly method: 'POST' | 'DELETE';
  readonly pattern: RegExp;
  readonly label: string;
  readonly act: (world: World, change: Change) => HttpResponse;
}

/** Every call that changes something. */
export const changes: readonly ChangeRoute[] = [
  { method: 'POST', pattern: /^\/leader\/resign$/, label: 'ResignLeader', act: resignLeader },
  { method: 'POST', pattern: /^\/leader\/transfer\/([^/]+)$/, label: 'TransferLeader', act: (world, { part }) => transferLeader(world, part) },
  { method: 'POST', pattern: /^\/schedulers$/, label: 'CreateScheduler', act: (world, { body }) => createScheduler(world, body) },
  { method: 'POST', pattern: /^\/schedulers\/([^/]+)$/, label: 'PauseOrResumeScheduler', act: (world, { part, body }) => pauseScheduler(world, part, body) },
  { method: 'POST', pattern: /^\/checker\/([^/]+)$/, label: 'PauseOrResumeChecker', act: (world, { part, body }) => pauseChecker(world, part, body) },
  { method: 'DELETE', pattern: /^\/schedulers\/([^/]+)$/, label: 'DeleteScheduler', act: (world, { part }) => deleteScheduler(world, part) },
  { method: 'POST', pattern: /^\/regions\/scatter$/, label: 'ScatterRegions', act: (world, { body }) => scatterRegions(world, body) },
  { method: 'POST', pattern: /^\/operators$/, label: 'CreateOperator', act: (world, { body }) => createOperator(world, body) },
  { method: 'DELETE', pattern: /^\/operators\/(\d+)$/, label: 'DeleteRegionOperator', act: (world, { part }) => deleteOperator(world, part) },
  { method: 'DELETE', pattern: /^\/operators$/, label: 'DeleteAllOperators', act: deleteOperators },
  { method: 'POST', pattern: /^\/config\/rule$/, label: 'SetRule', act: (world, { body }) => setRule(world, body) },
  { method: 'DELETE', pattern: /^\/config\/rule\/([^/]+)\/([^/]+)$/, label: 'DeleteRuleByGroup', act: (world, { part, more }) => deleteRule(world, part, more) },
  { method: 'POST', pattern: /^\/config(?:\/(schedule|replicate))?$/, label: 'SetConfig', act: (world, { body }) => setConfig(world, body) },
  { method: 'POST', pattern: /^\/stores\/limit$/, label: 'SetAllStoresLimit', act: (world, { body }) => setStoresLimit(world, (body ?? {}) as { rate?: unknown; type?: unknown }) },
  { method: 'DELETE', pattern: /^\/store\/([^/]+)$/, label: 'DeleteStore', act: (world, { part }) => deleteStore(world, part) },
  { method: 'POST', pattern: /^\/store\/([^/]+)\/state$/, label: 'SetStoreState', act: (world, { part, query }) => setStoreState(world, part, String(query['state'] ?? '')) },
];
