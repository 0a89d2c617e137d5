import { z } from 'zod';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { AskNode, PlannedNode } from '../contract.ts';
import { countSchema, PdApi } from './pd-api.ts';

const regionsSchema = z.object({ regions: z.array(z.object({ id: z.number() })) });

/** A fresh cluster has one region, and so one leader: it is split at the given keys, and PD is asked to scatter the parts. */
export async function splitRegions(all: readonly PlannedNode[], ask: AskNode, keys: readonly Buffer[]): Promise<Result<void>> {
  const pd = new PdApi(all, ask);
  const before = await pd.get('/regions/count', countSchema);
  if (!before.ok) return before;
  if (keys.length === 0 || before.value.count > keys.length) return ok(undefined);
  const split = await pd.change('POST', '/regions/split', { body: { split_keys: keys.map((key) => key.toString('hex').toUpperCase()), retry_limit: 5 } });
  if (!split.ok) return split;
  const after = await pd.get('/regions/count', countSchema);
  if (!after.ok) return after;
  if (after.value.count <= keys.length) return failed('LAB_NOT_SETTLED', `PD split the key space into ${after.value.count} regions where ${keys.length + 1} are wanted`);
  const regions = await pd.get('/regions', regionsSchema);
  if (!regions.ok) return regions;
  // A region that is busy already is none the worse for staying where it is.
  for (const { id } of regions.value.regions) await pd.change('POST', '/operators', { body: { name: 'scatter-region', region_id: id } });
  return ok(undefined);
}
