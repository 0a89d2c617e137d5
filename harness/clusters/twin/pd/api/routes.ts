import type { HttpRequest, HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import type { PdServer } from '../server.ts';
import { configSection, fullConfig, replicationConfig, scheduleConfig } from './config.ts';
import { checker, diagnostic } from './diagnostic.ts';
import { hotRegions, hotStores } from './hotspot.ts';
import { cluster, clusterStatus, leader, members, minResolvedTs } from './members.ts';
import { rangeHoles, regionByKey, regionHistogram, regionsInRange, replicated, siblings } from './region-lookups.ts';
import { regionById, regionCount, regions, regionsCheck, regionsOfStore, regionStats, topRegions } from './regions.ts';
import { placementRules } from './rules.ts';
import { operatorOf, operatorRecords, operators } from './operators.ts';
import { listSchedulers, schedulerConfig } from './schedulers.ts';
import { store, stores, storesIn, storesLimit, storesProgress } from './stores.ts';
import { trend } from './trend.ts';

const many = (value: string | readonly string[] | undefined): readonly string[] => (value === undefined ? [] : typeof value === 'string' ? [value] : value);

const one = (value: string | readonly string[] | undefined): string | undefined => many(value)[0];

type Answer = (world: World, part: string, context: { readonly query: NonNullable<HttpRequest['query']>; readonly server: PdServer }) => HttpResponse;

/** Paths below `/pd/api/v1` and who answers them: what may be read of PD. One that is written out goes before one that only fits. */
const routes: readonly (readonly [path: string | RegExp, answer: Answer])[] = [
  ['/stores', (world, _, { query }) => stores(world, many(query['state']))],
  ['/stores/check', (world, _, { query }) => storesIn(world, many(query['state']))],
  ['/stores/limit', storesLimit],
  ['/stores/progress', (world, _, { query }) => storesProgress(world, query['action'] === undefined ? undefined : String(query['action']))],
  [/^\/store\/([^/]+)$/, store],
  ['/regions', regions],
  ['/regions/count', regionCount],
  [/^\/regions\/check\/hist-(size|keys)$/, (world, what, { query }) => regionHistogram(world, what as 'size' | 'keys', Number(query['bound']))],
  [/^\/regions\/check\/([^/]+)$/, regionsCheck],
  [/^\/regions\/store\/([^/]+)$/, regionsOfStore],
  [/^\/regions\/(writeflow|readflow|writequery|readquery|confver|version|size|keys|cpu)$/, (world, by, { query }) => topRegions(world, by, Number(query['limit'] ?? 16))],
  ['/regions/key', (world, _, { query }) => regionsInRange(world, Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])))],
  [/^\/regions\/sibling\/([^/]+)$/, siblings],
  ['/regions/range-holes', rangeHoles],
  ['/regions/replicated', replicated],
  [/^\/region\/key\/(.+)$/, (world, key, { query }) => regionByKey(world, key, query['format'] === undefined ? undefined : String(query['format']))],
  [/^\/region\/id\/([^/]+)$/, regionById],
  ['/stats/region', (world, _, { query }) => regionStats(world, { from: one(query['start_key']) ?? '', to: one(query['end_key']) ?? '' })],
  ['/members', members],
  ['/leader', leader],
  ['/cluster', cluster],
  ['/cluster/status', clusterStatus],
  [/^\/min-resolved-ts(?:\/(\d+))?$/, (world, store, { query }) => minResolvedTs(world, store, one(query['scope']))],
  ['/schedulers', (world, _, { query }) => listSchedulers(world, query['status'] === undefined ? undefined : String(query['status']))],
  [/^\/schedulers\/diagnostic\/([^/]+)$/, diagnostic],
  [/^\/checker\/([^/]+)$/, checker],
  ['/trend', trend],
  [/^\/scheduler-config\/([^/]+)(?:\/list)?$/, schedulerConfig],
  ['/operators', (world, _, { query }) => operators(world, { kind: one(query['kind']), object: one(query['object']) })],
  ['/operators/records', operatorRecords],
  [/^\/operators\/(\d+)$/, operatorOf],
  ['/hotspot/stores', hotStores],
  [/^\/hotspot\/regions\/(write|read)$/, (world, kind, { query }) => hotRegions(world, kind as 'write' | 'read', many(query['store_id']))],
  ['/config', (world, _, { server }) => fullConfig(world, server.name)],
  ['/config/schedule', scheduleConfig],
  ['/config/replicate', replicationConfig],
  [/^\/config\/(pd-server|cluster-version|label-property)$/, (world, section) => configSection(world, section as 'pd-server' | 'cluster-version' | 'label-property')],
  ['/config/rules', placementRules],
];

const exact: ReadonlyMap<string | RegExp, Answer> = new Map(routes);
const fitting = routes.filter((route): route is readonly [RegExp, Answer] => typeof route[0] !== 'string');

/** Who answers what is asked under this path, and the part of it that names one of many. */
export function routeTo(path: string): { readonly answer: Answer; readonly part: string } | undefined {
  const answer = exact.get(path);
  if (answer) return { answer, part: '' };
  for (const [pattern, fits] of fitting) {
    const match = pattern.exec(path);
    if (match) return { answer: fits, part: match[1] ?? '' };
  }
  return undefined;
}
