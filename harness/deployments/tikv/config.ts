import { z } from 'zod';
import type { Json } from '../../../src/kernel/json.ts';
import { LabError, orThrow } from '../../../src/kernel/result.ts';
import type { ConfigControl } from '../../clusters/contract.ts';
import type { AskNode, PlannedNode } from '../contract.ts';
import { storeOn } from './health.ts';
import { PdApi, storesSchema } from './pd-api.ts';

const scheduleSchema = z.record(z.string(), z.json());
const schedulersSchema = z.array(z.string());
const evictionSchema = z.object({ 'store-id-ranges': z.record(z.string(), z.json()).nullish() });

/** PD's configuration by the twin's keys: `schedule/<item>`, `schedulers/<name>`, and `schedulers/<name>-<node>` for one that is made for a store. */
export function configControl(all: readonly PlannedNode[], ask: AskNode): ConfigControl {
  const control = new PdConfig(all, ask);
  return { read: (key) => control.read(key), write: (key, value) => control.write(key, value) };
}

class PdConfig {
  readonly #all: readonly PlannedNode[];
  readonly #pd: PdApi;

  constructor(all: readonly PlannedNode[], ask: AskNode) {
    this.#all = all;
    this.#pd = new PdApi(all, ask);
  }

  async read(key: string): Promise<Json> {
    const { section, name } = split(key);
    if (section === 'schedule') return orThrow(await this.#pd.get('/config/schedule', scheduleSchema))[name] ?? null;
    const { scheduler, storeId } = await this.#perStore(name);
    const listed = orThrow(await this.#pd.get('/schedulers', schedulersSchema)).includes(scheduler);
    if (!listed || storeId === undefined) return listed ? true : null;
    const { 'store-id-ranges': ranges } = orThrow(await this.#pd.get(`/scheduler-config/${scheduler}/list`, evictionSchema));
    return Object.hasOwn(ranges ?? {}, String(storeId)) ? true : null;
  }

  /** Setting what is set already is no call at all: PD's log shall tell of changes only. */
  async write(key: string, value: Json): Promise<void> {
    const { section, name } = split(key);
    if (section === 'schedule') return orThrow(await this.#pd.change('POST', '/config/schedule', { [name]: value }));
    const present = (await this.read(key)) === true;
    if (present === (value !== null)) return;
    const { scheduler, storeId } = await this.#perStore(name);
    const result = value === null
      ? await this.#pd.change('DELETE', `/schedulers/${storeId === undefined ? scheduler : `${scheduler}-${storeId}`}`)
      : await this.#pd.change('POST', '/schedulers', { name: scheduler, ...(storeId !== undefined && { store_id: storeId }) });
    return orThrow(result);
  }

  /** A scheduler that is made for one store, which is named by its node or by its number. */
  async #perStore(name: string): Promise<{ readonly scheduler: string; readonly storeId?: number }> {
    const [, scheduler, of] = /^(.*-scheduler)-(.+)$/.exec(name) ?? [];
    if (scheduler === undefined || of === undefined) return { scheduler: name };
    if (/^\d+$/.test(of)) return { scheduler, storeId: Number(of) };
    const node = this.#all.find(({ id }) => id === of);
    const storeId = node && storeOn(node, orThrow(await this.#pd.get('/stores', storesSchema)));
    if (storeId !== undefined) return { scheduler, storeId };
    throw new LabError({ code: 'LAB_CONFIG_KEY', because: `PD knows no store on ${of}, so it has no ${name}` }, 2);
  }
}

function split(key: string): { readonly section: string; readonly name: string } {
  const [, section, name] = /^(schedule|schedulers)\/(.+)$/.exec(key) ?? [];
  if (section !== undefined && name !== undefined) return { section, name };
  throw new LabError({ code: 'LAB_CONFIG_KEY', because: `PD has no configuration key ${key}`, advice: 'use schedulers/<name> or schedule/<item>' }, 2);
}
