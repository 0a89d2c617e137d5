import { parseSize } from '../../../../../src/kernel/units.ts';
import type { HttpResponse } from '../../../../../src/ports/http.ts';
import { withBigNumbers } from '../../pd/api/reply.ts';
import type { World } from '../../world.ts';
import type { Store } from '../store.ts';
import { setItem } from '../store-settings.ts';
import settings from './config.json' with { type: 'json' };

/** As TiKV prints sizes: the largest binary unit that divides them. */
function readableSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = bytes > 0 ? units.length - 1 : 1;
  while (power > 0 && bytes % 1024 ** power !== 0) power--;
  return `${bytes / 1024 ** power}${units[power]}`;
}

/** `memory-usage-limit` where nobody set it: five thirds of the block cache, and not more than there is. */
const memoryLimit = (store: Store): string => readableSize(Math.min(store.host.memory.availableBytes, Math.floor((store.memory.capacityBytes * 5) / 3)));

/**
 * The settings that a store runs with: those of the recorded real one (`test/facts/tikv-config.ts`), and where the model has a
 * value of its own, that one. A real store leaves out of `/config` what is not for users unless `full=true` is asked; this one
 * shows all of it both times.
 */
export function storeConfig(world: World, store: Store): string {
  const body = {
    ...settings,
    'memory-usage-limit': memoryLimit(store),
    coprocessor: { ...settings.coprocessor, 'region-max-size': readableSize(store.settings.regionMaxBytes), 'region-split-size': readableSize(store.settings.regionSplitBytes) },
    pd: { ...settings.pd, endpoints: world.pd.members.servers.map(({ name }) => `${name}:2379`) },
    rocksdb: { ...settings.rocksdb, 'rate-bytes-per-sec': readableSize(store.settings.rateBytesPerSecond) },
    storage: {
      ...settings.storage,
      'reserve-space': '5GiB',
      'flow-control': flowControl(store),
      'block-cache': { ...settings.storage['block-cache'], capacity: readableSize(store.memory.capacityBytes) },
    },
  };
  return withBigNumbers({ status: 200, body: JSON.stringify(body).replaceAll('{node}', store.node) }).body;
}

const flowControl = ({ settings: { flowControl: enable, softPendingBytes, hardPendingBytes, memtablesThreshold, level0FilesThreshold } }: Store) => ({
  enable, 'soft-pending-compaction-bytes-limit': readableSize(softPendingBytes), 'hard-pending-compaction-bytes-limit': readableSize(hardPendingBytes),
  'memtables-threshold': memtablesThreshold, 'l0-files-threshold': level0FilesThreshold,
});

/** POST /config: items that can be changed while the store runs, here those that the model heeds. */
export function setStoreConfig(store: Store, body: string | undefined): HttpResponse {
  const given = Object.entries(JSON.parse(body ?? '{}') as Record<string, unknown>);
  for (const [item, value] of given) {
    const wrong = set(store, item, value);
    if (wrong !== undefined) return { status: 500, body: `failed to update, error: "config ${item} ${wrong}"` };
  }
  store.log({ source: 'mod.rs:4985', message: 'all config change had been dispatched', fields: [['change', `{${given.map(([item, value]) => `"${item}": "${String(value)}"`).join(', ')}}`], ['thread_id', 21]] });
  return { status: 200, body: '' };
}

const cacheItem = 'storage.block-cache.capacity';

function set(store: Store, item: string, value: unknown): string | undefined {
  if (item !== cacheItem) return setItem(store.settings, item, value);
  const bytes = parseSize(String(value));
  if (bytes === undefined) return 'can not be changed';
  store.memory.resize(bytes);
  return undefined;
}
