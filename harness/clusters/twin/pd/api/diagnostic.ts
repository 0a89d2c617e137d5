import type { Json } from '../../../../../src/kernel/json.ts';
import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import { plain, pretty } from './reply.ts';

const diagnosable = ['balance-leader-scheduler', 'balance-region-scheduler'];

/** GET /schedulers/diagnostic/{name}: why a balancing scheduler does what it does, or does nothing. */
export function diagnostic(world: World, name: string): HttpResponse {
  if (!diagnosable.includes(name)) return plain('404 page not found\n', 404);
  const { pd, engine } = world;
  const timestamp = Math.floor(engine.nowMs / 1000);
  if (!pd.schedulers.get(name)) return pretty({ name, status: 'disabled', summary: '', timestamp });
  if (pd.schedulers.isPaused(name)) return pretty({ name, status: 'paused', summary: '', timestamp });
  if (pd.config.halted) return pretty({ name, status: 'halted', summary: '', timestamp });
  if (pd.operators.running.some((operator) => operator.scheduler === name)) return pretty({ name, status: 'scheduling', summary: '', timestamp });
  const up = pd.upStores().length;
  const summary = name === 'balance-leader-scheduler' ? `${up} store(s) StoreScoreDisallowed; ` : `1 store(s) StoreScoreDisallowed; ${up - 1} store(s) StoreAlreadyHasPeer; `;
  return pretty({ name, status: 'pending', summary, timestamp });
}

/** GET /checker/{name}: whether a checker is paused. */
export const checker = (world: World, name: string): HttpResponse => pretty({ paused: world.pd.checkers.isPaused(name) });

/** POST /checker/{name}: a pause of so many seconds, or its end with 0. */
export function pauseChecker(world: World, name: string, body: Json): HttpResponse {
  const { delay } = (body ?? {}) as { delay?: unknown };
  if (typeof delay !== 'number') return pretty('missing pause time', 400);
  if (delay < 0) return pretty('delay cannot be negative', 400);
  world.pd.checkers.pause(name, delay * 1_000);
  return pretty(delay > 0 ? 'Pause the checker successfully.' : 'Resume the checker successfully.');
}
