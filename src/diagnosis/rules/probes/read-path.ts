import { round } from '../../tools/baseline.ts';
import type { Investigation, Row } from '../investigation.ts';

const cacheBytes = 'sum by (instance) (tikv_engine_block_cache_size_bytes{db="kv"})';
const metaMisses = 'sum by (instance) (rate(tikv_engine_cache_efficiency{db="kv",type=~"block_cache_(index|filter)_miss"}[1m]))';

/** A cache that gives up most of what it held was made smaller; one that is young has nothing to give up. */
const shrunkTo = 0.5;
/** Indexes and filters of a warm store are hardly ever missed: so many misses a second, and so many times as many as before. */
const missFloor = 100;
const missFactor = 10;

/** Do reads find what they look for in the block cache? */
export async function probeReadPath(investigation: Investigation): Promise<void> {
  const changes = await investigation.logLines('all config change had been dispatched');
  for (const row of await investigation.compare(cacheBytes)) {
    const line = changes.lines.find((each) => each.node === row.node && each.raw.includes('block-cache'));
    noteShrunk(investigation, row, line?.atMs);
  }
  for (const row of await investigation.compare(metaMisses)) noteMisses(investigation, row);
}

function noteShrunk(investigation: Investigation, row: Row, changedMs: number | undefined): void {
  if (row.now === null || !row.quiet || investigation.findings.has('restarted', row.node)) return;
  const limit = round(row.quiet.median * shrunkTo);
  const shrunk = row.now < limit;
  const since = changedMs ?? row.leftBandAtMs;
  investigation.note({
    sign: 'cache-shrunk', component: row.node, present: shrunk, claim: `the block cache of ${row.node} holds ${mib(row.now)} MiB, ${mib(row.quiet.median)} MiB in quiet time`,
    citation: row.at('now', { op: shrunk ? 'lt' : 'ge', value: limit }), ...(shrunk && since !== null && { sinceMs: since }),
  });
}

/** The worst of the incident counts: a store that lost its leaders over its slowness misses nothing any more. */
function noteMisses(investigation: Investigation, row: Row): void {
  const worst = Math.max(row.now ?? 0, row.extreme?.value ?? 0);
  if (!row.quiet || (row.now === null && !row.extreme)) return;
  const field = row.now === worst ? 'now' : 'extreme/value';
  const limit = round(Math.max(missFloor, missFactor * row.quiet.median));
  const many = worst >= limit;
  investigation.note({
    sign: 'cache-misses', component: row.node, present: many, claim: `${row.node} missed up to ${Math.round(worst)} indexes and filters a second, ${Math.round(row.quiet.median)} in quiet time`,
    citation: row.at(field, { op: many ? 'ge' : 'lt', value: limit }), ...(many && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);
