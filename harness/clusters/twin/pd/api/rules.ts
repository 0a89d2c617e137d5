import type { Json } from '../../../../../src/kernel/json.ts';
import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import type { PlacementRule } from '../placement.ts';
import { pretty } from './reply.ts';

/** GET /config/rules: every placement rule. */
export const placementRules = (world: World): HttpResponse => pretty(world.pd.placement.rules);

/** POST /config/rule: a rule is added or replaced. */
export function setRule(world: World, body: Json): HttpResponse {
  const given = (body ?? {}) as unknown as Partial<PlacementRule>;
  if (!given.group_id || !given.id) return pretty('[PD:placement:ErrRuleContent]invalid rule content, group ID should not be empty', 400);
  if (!(Number(given.count) > 0)) return pretty(`[PD:placement:ErrRuleContent]invalid rule content, invalid count ${given.count ?? 0}`, 400);
  const rule: PlacementRule = { start_key: '', end_key: '', role: 'voter', is_witness: false, ...given, group_id: given.group_id, id: given.id, count: Number(given.count) };
  world.pd.placement.set(rule);
  world.pd.log({ source: 'rule_manager.go:323', message: 'placement rule updated', fields: [['rule', JSON.stringify(rule)]] });
  world.pd.checkers.look();
  return pretty('Update rule successfully.');
}

/** DELETE /config/rule/{group}/{id}. */
export function deleteRule(world: World, group: string, id: string): HttpResponse {
  if (!world.pd.placement.delete(group, id)) return pretty('Delete rule successfully.');
  world.pd.log({ source: 'rule_manager.go:345', message: 'placement rule is removed', fields: [['group', group], ['id', id]] });
  world.pd.checkers.look();
  return pretty('Delete rule successfully.');
}
