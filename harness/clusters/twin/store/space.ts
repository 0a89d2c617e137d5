import type { Entry } from '../journal.ts';
import type { Store } from './store.ts';

/** How full a store takes its disk to be. */
export type DiskUsage = 'Normal' | 'AlmostFull' | 'AlreadyFull';

/** `storage.reserve-space`: 5 GiB, or a twentieth of a larger disk. */
const reserveBytes = (capacityBytes: number): number => Math.max(5 * 2 ** 30, capacityBytes / 20);

/** A store's own view of its disk. It looks once a minute, so for a minute it believes in space that is gone. */
export class Space {
  readonly #store: Store;
  #usage: DiskUsage = 'Normal';

  constructor(store: Store) {
    this.#store = store;
  }

  get usage(): DiskUsage {
    return this.#usage;
  }

  /** Below half of the reserve the store proposes nothing any more; raft and its followers live on what is left. */
  get refusesWrites(): boolean {
    return this.#usage === 'AlreadyFull';
  }

  /** Nothing at all is left: the next write fails. */
  get exhausted(): boolean {
    return this.#store.availableBytes <= 0;
  }

  /** Looks at the disk; answers what the store took it for before, when that changed. */
  look(): DiskUsage | undefined {
    const store = this.#store;
    store.reportedUsedBytes = store.usedBytes;
    store.reportedAvailableBytes = Math.max(0, store.availableBytes);
    const before = this.#usage;
    this.#usage = usageOf(store);
    if (before === this.#usage) return undefined;
    store.log({ level: 'WARN', source: 'server.rs:1538', message: spell(store, before), fields: [['thread_id', 14]] });
    return before;
  }
}

function usageOf({ availableBytes, host }: Store): DiskUsage {
  const reserve = reserveBytes(host.disk.capacityBytes);
  return availableBytes <= reserve / 2 ? 'AlreadyFull' : availableBytes <= reserve ? 'AlmostFull' : 'Normal';
}

/** As TiKV words it, with its misspelt "seperated". */
const spell = ({ space, availableBytes, usedBytes, raftBytes, host }: Store, before: DiskUsage): string =>
  `disk usage ${before}->${space.usage} (raft engine usage: Normal, kv engine usage: ${space.usage}), seperated raft mount=false, kv available=${Math.max(0, availableBytes)}, snap=0, kv=${usedBytes - raftBytes}, raft=${raftBytes}, capacity=${host.disk.capacityBytes}`;

/** What a store writes when it starts on a disk without room. */
export const noPlaceHolder: Entry = { level: 'WARN', source: 'common.rs:221', message: 'no enough disk space left to create the place holder file', fields: [['thread_id', 1]] };

/** The end of a store whose write-ahead log cannot be written. */
export const noSpaceLeft = (file: number): Entry => ({
  level: 'FATAL', source: 'lib.rs:481',
  message: `rocksdb background error. db: kv, reason: write_callback, error: IO error: No space left on device: While fdatasync: /data/tikv/db/${String(file).padStart(6, '0')}.log`,
  fields: [['backtrace', ''], ['location', 'components/engine_rocks/src/event_listener.rs:138'], ['thread_name', 'store-writer-0'], ['thread_id', 89]],
});
