import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { AskNode, Identity, PlannedNode } from '../contract.ts';
import { clusterStatusSchema, countSchema, membersSchema, PdApi, storesSchema } from './pd-api.ts';

/** PD serves when it answers and knows a leader; a store when its status port answers. */
export async function ready({ id, role }: PlannedNode, ask: AskNode): Promise<Result<void>> {
  const [transport, path] = role === 'pd' ? [ask(id), '/pd/api/v1/leader'] : [ask(id, 'status'), '/status'];
  const answer = await transport({ method: 'GET', path });
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status !== 200) return failed('LAB_NOT_READY', `${id} answers ${path} with ${status}: ${body.trim().slice(0, 300)}`);
  return role === 'pd' && body.trim() === 'null' ? failed('LAB_NOT_READY', `${id} knows no PD leader`) : ok(undefined);
}

/** Clients can be served: every store is up, the first regions have all their replicas, and no region waits for one. */
export async function settled(all: readonly PlannedNode[], ask: AskNode): Promise<Result<void>> {
  const pd = new PdApi(all, ask);
  const stores = await pd.get('/stores', storesSchema);
  if (!stores.ok) return stores;
  const up = stores.value.stores.filter(({ store }) => store.state_name === 'Up').length;
  const wanted = all.filter(({ role }) => role === 'tikv').length;
  if (up < wanted) return failed('LAB_NOT_SETTLED', `${up} of ${wanted} stores are Up`);
  const status = await pd.get('/cluster/status', clusterStatusSchema);
  if (!status.ok) return status;
  if (!status.value.is_initialized) return failed('LAB_NOT_SETTLED', 'the first regions do not have all their replicas yet');
  for (const check of ['miss-peer', 'pending-peer']) {
    const found = await pd.get(`/regions/check/${check}`, countSchema);
    if (!found.ok) return found;
    if (found.value.count > 0) return failed('LAB_NOT_SETTLED', `${found.value.count} regions are ${check}`);
  }
  return ok(undefined);
}

/** Every node with its addresses and with the numbers that PD gave it. */
export async function identify(all: readonly PlannedNode[], ask: AskNode): Promise<ReadonlyMap<string, Identity>> {
  const pd = new PdApi(all, ask);
  const [members, stores] = await Promise.all([pd.get('/members', membersSchema), pd.get('/stores', storesSchema)]);
  return new Map(all.map((node) => {
    const addresses = Object.values(node.ports).map((port) => `${node.host}:${port}`);
    if (node.role === 'pd') {
      const member = members.ok ? members.value.members.find(({ name }) => name === node.id) : undefined;
      const ids = member ? [member.member_id, BigInt(member.member_id).toString(16)] : [];
      return [node.id, { aliases: [...addresses, ...ids], ...(members.ok && { leads: members.value.leader?.name === node.id }) }];
    }
    const id = stores.ok ? storeOn(node, stores.value) : undefined;
    return [node.id, { aliases: [...addresses, ...(id === undefined ? [] : [`store-${id}`, `store ${id}`])] }];
  }));
}

/** The number of the store that a node is. */
export function storeOn(node: PlannedNode, { stores }: { readonly stores: readonly { readonly store: { readonly id: number; readonly address: string } }[] }): number | undefined {
  return stores.find(({ store }) => store.address === `${node.host}:${node.ports.main}`)?.store.id;
}
