import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import { goDuration } from '../go-format.ts';
import { leadersOn } from '../schedulers/scheduler.ts';
import { storeState } from '../views.ts';
import { goTimestamp, plain, pretty } from './reply.ts';

const diagnosable = ['balance-leader-scheduler', 'balance-region-scheduler'];

/** GET /schedulers/diagnostic/{name}: why a balancing scheduler does what it does, or does nothing. */
export function diagnostic(world: World, name: string): HttpResponse {
  if (!diagnosable.includes(name)) return plain('404 page not found\n', 404);
  const { pd, engine } = world;
  const timestamp = Math.floor(engine.nowMs / 1000);
  if (!pd.schedulers.get(name)) return pretty({ name, status: 'disabled', summary: '', timestamp });
  if (pd.config.halted) return pretty({ name, status: 'halted', summary: '', timestamp });
  if (pd.operators.running.some((operator) => operator.scheduler === name)) return pretty({ name, status: 'scheduling', summary: '', timestamp });
  const up = pd.upStores().length;
  const summary = name === 'balance-leader-scheduler' ? `${up} store(s) StoreScoreDisallowed; ` : `1 store(s) StoreScoreDisallowed; ${up - 1} store(s) StoreAlreadyHasPeer; `;
  return pretty({ name, status: 'pending', summary, timestamp });
}

/** GET /checker/{name}: whether a checker is paused; this model has no way to pause one. */
export const checker = (): HttpResponse => pretty({ paused: false });

/** GET /trend: the stores in short, without a history of moves. */
export function trend(world: World): HttpResponse {
  const { pd, engine } = world;
  const stores = [...pd.stores.values()].sort((a, b) => a.id - b.id).map((view) => {
    const startMs = view.startTimestampSeconds * 1000;
    return {
      id: view.id, address: view.address, state_name: storeState(view, engine.nowMs, pd.config.storeDownMs), capacity: view.capacityBytes, available: view.availableBytes,
      region_count: world.index.of(view.id).held.size, leader_count: leadersOn(world, view.id),
      start_ts: goTimestamp(startMs), last_heartbeat_ts: goTimestamp(view.lastHeartbeatMs), uptime: goDuration(Math.max(0, view.lastHeartbeatMs - startMs)), hot_write_flow: 0, hot_write_region_flows: null, hot_read_flow: 0, hot_read_region_flows: null,
    };
  });
  return pretty({ stores, history: { start: -62135596800, end: Math.floor(engine.nowMs / 1000), entries: [] } });
}
