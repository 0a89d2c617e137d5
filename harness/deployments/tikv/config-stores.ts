import type { Json } from '../../../src/kernel/json.ts';
import { LabError, orThrow } from '../../../src/kernel/result.ts';
import type { HttpRequest } from '../../../src/ports/http.ts';
import type { AskNode, PlannedNode } from '../contract.ts';
import type { Section } from './config-of-pd.ts';

/** A store's own settings, by node and item: `tikv-2/storage.block-cache.capacity`, asked and changed on its status port. */
export function storeSettings(all: readonly PlannedNode[], ask: AskNode): Section {
  const request = async (node: string, asked: HttpRequest): Promise<string> => {
    const { status, body } = orThrow(await ask(node, 'status')(asked));
    if (status >= 400) throw new LabError({ code: 'LAB_STORE_REFUSED', because: `the store on ${node} answered ${status}: ${body.trim().slice(0, 300)}` }, 4);
    return body;
  };
  const split = (name: string): readonly [node: string, item: string] => {
    const [, node = '', item = ''] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
    if (all.some(({ id, role }) => id === node && role === 'tikv')) return [node, item];
    throw new LabError({ code: 'LAB_NODE_UNKNOWN', because: `no store runs on ${node || name}`, advice: `the stores are on ${all.filter(({ role }) => role === 'tikv').map(({ id }) => id).join(', ')}` }, 2);
  };
  return {
    read: async (name) => {
      const [node, item] = split(name);
      const page = JSON.parse(await request(node, { method: 'GET', path: '/config' })) as Json;
      return item.split('.').reduce<Json>((value, key) => (value as Record<string, Json> | null)?.[key] ?? null, page);
    },
    write: async (name, value) => {
      const [node, item] = split(name);
      await request(node, { method: 'POST', path: '/config', body: JSON.stringify({ [item]: value }) });
    },
  };
}
