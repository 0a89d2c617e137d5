import { z } from 'zod';
import { orThrow } from '../../../src/kernel/result.ts';
import type { PlannedNode } from '../contract.ts';
import { type Section, storeNumber } from './config-of-pd.ts';
import { type PdApi, storesSchema } from './pd-api.ts';

const schedulersSchema = z.array(z.string());
const evictionSchema = z.object({ 'store-id-ranges': z.record(z.string(), z.json()).nullish() });

/** PD's schedulers: each is there or not. */
export function schedulers(pd: PdApi, all: readonly PlannedNode[]): Section {
  /** A scheduler that is made for one store, which is named by its node or by its number. */
  const perStore = async (name: string): Promise<{ readonly scheduler: string; readonly storeId?: number }> => {
    const [, scheduler, of] = /^(.*-scheduler)-(.+)$/.exec(name) ?? [];
    if (scheduler === undefined || of === undefined) return { scheduler: name };
    return { scheduler, storeId: /^\d+$/.test(of) ? Number(of) : storeNumber(all, of, orThrow(await pd.get('/stores', storesSchema))) };
  };
  const isThere = async (name: string): Promise<boolean> => {
    const { scheduler, storeId } = await perStore(name);
    const listed = orThrow(await pd.get('/schedulers', schedulersSchema)).includes(scheduler);
    if (!listed || storeId === undefined) return listed;
    const { 'store-id-ranges': ranges } = orThrow(await pd.get(`/scheduler-config/${scheduler}/list`, evictionSchema));
    return Object.hasOwn(ranges ?? {}, String(storeId));
  };
  return {
    read: async (name) => ((await isThere(name)) ? true : null),
    // Setting what is set already is no call at all: PD's log shall tell of changes only.
    write: async (name, value) => {
      if ((await isThere(name)) === (value !== null)) return;
      const { scheduler, storeId } = await perStore(name);
      orThrow(value === null
        ? await pd.change('DELETE', `/schedulers/${storeId === undefined ? scheduler : `${scheduler}-${storeId}`}`)
        : await pd.change('POST', '/schedulers', { body: { name: scheduler, ...(storeId !== undefined && { store_id: storeId }) } }));
    },
  };
}
