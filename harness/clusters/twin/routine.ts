import type { Random } from '../../../src/kernel/random.ts';
import type { Store } from './store/store.ts';
import type { World } from './world.ts';

const purgeEveryMs = 110_000;
const compactionEveryMs = 300_000;
const keepaliveEveryMs = 60_000;

/** The few lines that a healthy cluster writes while nothing happens, and PD's minute check of its heartbeat streams. */
export function startRoutine(world: World): void {
  const random = world.random.fork('routine');
  for (const store of world.stores) startStoreRoutine(world, store, random);
  checkStreams(world, random.below(keepaliveEveryMs));
}

/** A store's part of that. */
export function startStoreRoutine(world: World, store: Store, random: Random): void {
  const idle = () => store.serving && store.process.state === 'running';
  world.engine.every(purgeEveryMs, random.below(purgeEveryMs), () => {
    if (idle()) store.log({ source: 'purge.rs:317', message: 'purged 1 expired log files for queue Append', fields: [['thread_id', 56]] });
  });
  world.engine.every(compactionEveryMs, random.below(compactionEveryMs), () => {
    if (idle()) store.log({ source: 'compaction_runner.rs:226', message: 'skipping compaction: GC safe point is zero', fields: [['thread_id', 89]] });
  });
}

/** A heartbeat stream to a process that is gone fails once; to a paused one it does not. */
function checkStreams(world: World, firstMs: number): void {
  const failed = new Set<number>();
  world.engine.every(keepaliveEveryMs, firstMs, () => {
    for (const store of world.stores) {
      countKeepalive(world, store, failed.has(store.id));
      if (store.process.state !== 'exited') failed.delete(store.id);
      else if (!failed.has(store.id)) {
        failed.add(store.id);
        world.pd.log({
          level: 'WARN', source: 'heartbeat_streams.go:168', message: 'send keepalive message fail, store maybe disconnected',
          fields: [['target-store-id', store.id], ['error', 'EOF']],
        });
      }
    }
  });
}

/** A stream that failed is taken down; the store that comes back brings a new one. */
function countKeepalive(world: World, store: Store, down: boolean): void {
  if (down && store.process.state === 'exited') return;
  const status = store.process.state === 'exited' ? 'err' : 'ok';
  world.pd.metrics?.counter('pd_hbstream_region_message', { address: store.address, status, store: String(store.id), type: 'keepalive' }).add(1);
}
