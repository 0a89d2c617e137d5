import { failed, type Result } from '../../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../../src/ports/http.ts';
import { writeExposition } from '../../telemetry/exposition-write.ts';
import type { MetricStore } from '../../telemetry/store.ts';
import { askMember } from './pd/api/router.ts';
import { askStore } from './store/api/router.ts';
import type { World } from './world.ts';

/** A request and who is asked; without a name PD's leader, and without a leader any member that runs. */
export type Asked = HttpRequest & { readonly node?: string };

/** Carries a request to a PD member's client port or to a store's status port: each goes by its node's name or by that address. */
export function ask(world: World, metrics: MetricStore, { node, ...request }: Asked): Result<HttpResponse> {
  const { members } = world.pd;
  const { servers } = members;
  const store = node === undefined ? undefined : world.stores.find((each) => each.node === node || each.statusAddress === node);
  if (store) return askStore(world, store, { request, page: () => pageOf(world, metrics, store.statusAddress) });
  const member = node === undefined ? (members.serving ?? members.alive[0] ?? servers[0]) : servers.find(({ name }) => name === node || `${name}:2379` === node);
  if (!member) return failed('LAB_NO_MEMBER', `no member called ${node} is known`, `ask ${[...servers.map(({ name }) => name), ...world.stores.map((each) => each.node)].join(', ')}, or nobody by name`);
  return askMember(world, member, { ...request, page: () => pageOf(world, metrics, `${member.name}:2379`) });
}

/** What the process showed Prometheus when it was last asked: the same samples, at most one interval old. */
function pageOf(world: World, metrics: MetricStore, instance: string): string {
  const target = metrics.targets().find((each) => each.instance === instance);
  return target ? writeExposition(metrics, target, world.engine.nowMs) : '';
}
