import { z } from 'zod';
import type { Json } from '../../../src/kernel/json.ts';
import { LabError, orThrow } from '../../../src/kernel/result.ts';
import type { PlannedNode } from '../contract.ts';
import { storeOn } from './health.ts';
import { membersSchema, type PdApi, storesSchema } from './pd-api.ts';

/** One part of the configuration: how an item of it is read and written; `null` is absent. */
export interface Section {
  readonly read: (item: string) => Promise<Json>;
  readonly write: (item: string, value: Json) => Promise<void>;
}

const itemsSchema = z.record(z.string(), z.json());

/** A section of PD's own configuration, `schedule` or `replicate`. */
export const scheduling = (pd: PdApi, section: 'schedule' | 'replicate'): Section => ({
  read: async (item) => orThrow(await pd.get(`/config/${section}`, itemsSchema))[item] ?? null,
  write: async (item, value) => orThrow(await pd.change('POST', `/config/${section}`, { body: { [item]: value } })),
});

/** A store serves (`Up`), is to leave the cluster (`Offline`), or has left (`Tombstone`). One that is silent serves as far as PD's orders go. */
export function storeStates(pd: PdApi, all: readonly PlannedNode[]): Section {
  const look = async (node: string) => {
    const { stores } = orThrow(await pd.get('/stores', storesSchema));
    const id = storeNumber(all, node, { stores });
    return { id, state: stores.find(({ store }) => store.id === id)?.store.state_name };
  };
  const read = async (node: string): Promise<Json> => {
    const { state } = await look(node);
    return state === 'Offline' || state === 'Tombstone' ? state : 'Up';
  };
  return {
    read,
    write: async (node, value) => {
      if ((await read(node)) === value) return;
      const { id } = await look(node);
      orThrow(value === 'Offline' ? await pd.change('DELETE', `/store/${id}`) : await pd.change('POST', `/store/${id}/state`, { query: { state: String(value) } }));
    },
  };
}

/** PD's number of the store that a node is. */
export function storeNumber(all: readonly PlannedNode[], node: string, stores: z.infer<typeof storesSchema>): number {
  const planned = all.find(({ id }) => id === node);
  const id = planned && storeOn(planned, stores);
  if (id !== undefined) return id;
  throw new LabError({ code: 'LAB_CONFIG_KEY', because: `PD knows no store on ${node}`, advice: `stores are on ${all.filter(({ role }) => role === 'tikv').map((each) => each.id).join(', ')}` }, 2);
}

/** Who leads PD: it may be asked to make room for a member by name, or with null for any other. Members are called as their nodes are. */
export const leadership = (pd: PdApi): Section => {
  const read = async (): Promise<Json> => orThrow(await pd.get('/members', membersSchema)).leader?.name ?? null;
  return {
    read,
    write: async (_, name) => {
      if ((await read()) !== name) orThrow(await pd.change('POST', `/leader/${name === null ? 'resign' : `transfer/${String(name)}`}`));
    },
  };
};

const rulesSchema = z.array(z.looseObject({ group_id: z.string(), id: z.string() }));

/** A placement rule, by group and id, e.g. `archive/extra`. */
export const placementRules = (pd: PdApi): Section => ({
  read: async (name) => (orThrow(await pd.get('/config/rules', rulesSchema)).find(({ group_id: group, id }) => `${group}/${id}` === name) as Json | undefined) ?? null,
  write: async (name, value) => {
    const [group, id] = name.split('/');
    orThrow(value === null ? await pd.change('DELETE', `/config/rule/${name}`) : await pd.change('POST', '/config/rule', { body: { ...(value as object), group_id: group, id } }));
  },
});
