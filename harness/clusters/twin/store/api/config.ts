import { withBigNumbers } from '../../pd/api/reply.ts';
import type { World } from '../../world.ts';
import { blockCacheBytes } from '../memory-use.ts';
import type { Store } from '../store.ts';
import settings from './config.json' with { type: 'json' };

/** As TiKV prints sizes: the largest binary unit that divides them. */
function readableSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = bytes > 0 ? units.length - 1 : 1;
  while (power > 0 && bytes % 1024 ** power !== 0) power--;
  return `${bytes / 1024 ** power}${units[power]}`;
}

/** `memory-usage-limit` where nobody set it: five thirds of the block cache, and not more than there is. */
const memoryLimit = (store: Store): string => readableSize(Math.min(store.host.memory.availableBytes, Math.floor((blockCacheBytes * 5) / 3)));

/**
 * The settings that a store runs with: those of the recorded real one (`test/facts/tikv-config.ts`), and where the model has a
 * value of its own, that one. A real store leaves out of `/config` what is not for users unless `full=true` is asked; this one
 * shows all of it both times.
 */
export function storeConfig(world: World, store: Store): string {
  const body = {
    ...settings,
    'memory-usage-limit': memoryLimit(store),
    pd: { ...settings.pd, endpoints: world.pd.members.servers.map(({ name }) => `${name}:2379`) },
    storage: {
      ...settings.storage,
      'reserve-space': '5GiB',
      'block-cache': { ...settings.storage['block-cache'], capacity: readableSize(blockCacheBytes) },
    },
  };
  return withBigNumbers({ status: 200, body: JSON.stringify(body).replaceAll('{node}', store.node) }).body;
}
