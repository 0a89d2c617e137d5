import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import { goDuration } from '../go-format.ts';
import { type Operator, transferOf } from '../operator.ts';
import { leadersOn } from '../schedulers/scheduler.ts';
import { type StoreView, storeState } from '../views.ts';
import { hotOf } from './hotspot.ts';
import { goTimestamp, pretty } from './reply.ts';

/** The zero time of Go, from which a trend begins whose asker names no start. */
const zeroSeconds = -62_135_596_800;

/** GET /trend: the stores in short, and who gave what to whom. */
export function trend(world: World): HttpResponse {
  const stores = [...world.pd.stores.values()].sort((a, b) => a.id - b.id).map((view) => storeTrend(world, view));
  return pretty({ stores, history: { start: zeroSeconds, end: Math.floor(world.engine.nowMs / 1000), entries: moves(world) } });
}

function storeTrend(world: World, view: StoreView) {
  const { pd, engine } = world;
  const startMs = view.startTimestampSeconds * 1000;
  const [write, read] = [hotOf(world, view, 'write').as_leader, hotOf(world, view, 'read').as_leader];
  const flows = (hot: typeof write) => (hot.statistics.length === 0 ? null : hot.statistics.map(({ flow_bytes }) => flow_bytes));
  return {
    id: view.id, address: view.address, state_name: storeState(view, engine.nowMs, pd.config.storeDownMs), capacity: view.capacityBytes, available: view.availableBytes,
    region_count: world.index.of(view.id).held.size, leader_count: leadersOn(world, view.id),
    start_ts: goTimestamp(startMs), last_heartbeat_ts: goTimestamp(view.lastHeartbeatMs), uptime: goDuration(Math.max(0, view.lastHeartbeatMs - startMs)),
    hot_write_flow: write.total_flow_bytes, hot_write_region_flows: flows(write), hot_read_flow: read.total_flow_bytes, hot_read_region_flows: flows(read),
  };
}

/** Finished moves, counted by where from, where to, and what. */
function moves(world: World): { from: number; to: number; kind: string; count: number }[] {
  const counts = new Map<string, { from: number; to: number; kind: string; count: number }>();
  for (const { operator, outcome } of world.pd.operators.records) {
    const move = outcome === 'finished' ? moveOf(operator) : undefined;
    if (!move) continue;
    const key = `${move.from}:${move.to}:${move.kind}`;
    const entry = counts.get(key) ?? { ...move, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()];
}

function moveOf(operator: Operator): { from: number; to: number; kind: string } | undefined {
  const transfer = transferOf(operator);
  if (operator.steps.length === 1 && transfer) return { from: transfer.from, to: transfer.to, kind: 'leader' };
  const added = operator.steps.find((step) => step.kind === 'add-learner');
  const removed = operator.steps.find((step) => step.kind === 'remove-peer');
  return added?.kind === 'add-learner' && removed?.kind === 'remove-peer' ? { from: removed.peer.storeId, to: added.peer.storeId, kind: 'region' } : undefined;
}
