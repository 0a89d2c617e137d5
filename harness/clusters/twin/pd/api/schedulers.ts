import type { Json } from '../../../../../src/kernel/json.ts';
import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import { plain, pretty } from './reply.ts';

const evictLeader = 'evict-leader-scheduler';

/** GET /schedulers, all or by status. */
export function listSchedulers(world: World, status: string | undefined): HttpResponse {
  if (status === 'paused') return pretty(world.pd.schedulers.names.filter((name) => world.pd.schedulers.isPaused(name)));
  if (status === 'disabled') return pretty([...world.pd.disabledSchedulers]);
  return pretty(world.pd.schedulers.names);
}

/** POST /schedulers. */
export function createScheduler(world: World, body: Json): HttpResponse {
  const { name, store_id: storeId } = (body ?? {}) as { name?: string; store_id?: number };
  const { schedulers } = world.pd;
  if (name === undefined) return pretty('missing scheduler name', 400);
  if (!schedulers.knows(name)) return pretty('unknown scheduler', 400);
  if (name === evictLeader && storeId === undefined) return pretty('missing store id', 400);
  const known = schedulers.get(name);
  if (known?.setStore && storeId !== undefined) {
    known.setStore(storeId, true);
    return pretty('The scheduler has been applied to the store.');
  }
  if (known) return pretty('[PD:scheduler:ErrSchedulerExisted]scheduler existed', 500);
  logScheduler(world, 'create scheduler', name, storeId);
  schedulers.add(name)?.setStore?.(storeId ?? 0, true);
  logScheduler(world, 'add scheduler successfully', name, storeId);
  logScheduler(world, 'persist scheduler config successfully', name, storeId);
  return pretty('The scheduler is created.');
}

/** POST /schedulers/{name}: a pause of so many seconds, or its end with 0. */
export function pauseScheduler(world: World, name: string, body: Json): HttpResponse {
  const { delay } = (body ?? {}) as { delay?: unknown };
  if (typeof delay !== 'number') return pretty('missing pause time', 400);
  if (!world.pd.schedulers.pause(name, delay * 1_000)) return pretty('[PD:scheduler:ErrSchedulerNotFound]scheduler not found', 404);
  world.pd.log({ source: 'handler.go:263', message: delay > 0 ? 'pause scheduler successfully' : 'resume scheduler successfully', fields: [['scheduler-name', name], ...(delay > 0 ? [['pause-seconds', delay] as const] : [])] });
  return pretty('Pause or resume the scheduler successfully.');
}

/** DELETE /schedulers/{name}; a per-store scheduler may be named with its store. */
export function deleteScheduler(world: World, name: string): HttpResponse {
  const { schedulers } = world.pd;
  const suffix = /^(.*-scheduler)-(\d+)$/.exec(name);
  const base = suffix?.[1] ?? name;
  const scheduler = schedulers.get(base);
  if (!scheduler) return pretty('[PD:scheduler:ErrSchedulerNotFound]scheduler not found', 404);
  if (suffix && scheduler.setStore && !scheduler.setStore(Number(suffix[2]), false)) return pretty('The scheduler is removed.');
  schedulers.remove(base);
  world.pd.log({ source: 'handler.go:244', message: 'remove scheduler successfully', fields: [['scheduler-name', base]] });
  world.pd.log({ source: 'scheduler_controller.go:382', message: 'scheduler has been stopped', fields: [['scheduler-name', base], ['error', 'context canceled']] });
  return pretty('The scheduler is removed.');
}

/** GET /scheduler-config/{name}/list. */
export function schedulerConfig(world: World, name: string): HttpResponse {
  const scheduler = world.pd.schedulers.get(name);
  return scheduler ? pretty(scheduler.config()) : plain('404 page not found\n', 404);
}

const sources: Readonly<Record<string, string>> = {
  'create scheduler': 'handler.go:206', 'add scheduler successfully': 'handler.go:218', 'persist scheduler config successfully': 'handler.go:224',
};

function logScheduler(world: World, message: string, name: string, storeId: number | undefined): void {
  world.pd.log({
    source: sources[message] ?? 'handler.go:206', message,
    fields: [['scheduler-name', name], ['scheduler-args', storeId === undefined ? '[]' : `[${storeId}]`]],
  });
}
