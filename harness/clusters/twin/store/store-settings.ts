import { parseSize } from '../../../../src/kernel/units.ts';

/** What of a store's settings the model heeds and somebody can change while it runs; defaults are those of the lab's stores. */
export interface StoreSettings {
  /** `storage.flow-control`: whether the scheduler holds transactions back before RocksDB does it to everybody. */
  flowControl: boolean;
  level0FilesThreshold: number;
  memtablesThreshold: number;
  softPendingBytes: number;
  hardPendingBytes: number;
  /** `rocksdb.rate-bytes-per-sec`: what flushes and compactions may write together. */
  rateBytesPerSecond: number;
  /** `coprocessor.region-max-size`: a leader cuts a region that is larger, at `coprocessor.region-split-size`. */
  regionMaxBytes: number;
  regionSplitBytes: number;
}

/** The settings of a new store. */
export const usualSettings = (): StoreSettings => ({ flowControl: true, level0FilesThreshold: 20, memtablesThreshold: 5, softPendingBytes: 192 * 2 ** 30, hardPendingBytes: 2 ** 40, rateBytesPerSecond: 10 * 2 ** 30, regionMaxBytes: 384 * 2 ** 20, regionSplitBytes: 256 * 2 ** 20 });

interface Kind<T> {
  readonly takes: string;
  readonly read: (value: unknown) => T | undefined;
}

const above0 = (value: number | undefined): number | undefined => (value !== undefined && value > 0 ? value : undefined);
/** TiKV's `MB` is our `MiB`. */
const size: Kind<number> = { takes: 'a size above 0 such as 10MiB', read: (value) => above0(parseSize(String(value).replace(/(?<=[KMGT])B$/, 'iB'))) };
const count: Kind<number> = { takes: 'a whole number above 0', read: (value) => (Number.isInteger(Number(value)) ? above0(Number(value)) : undefined) };
const flag: Kind<boolean> = { takes: 'true or false', read: (value) => (String(value) === 'true' ? true : String(value) === 'false' ? false : undefined) };

type Setter = (settings: StoreSettings, value: unknown) => string | undefined;
const setter = <K extends keyof StoreSettings>(key: K, { takes, read }: Kind<StoreSettings[K]>): Setter => (settings, value) => {
  const parsed = read(value);
  if (parsed !== undefined) settings[key] = parsed;
  return parsed === undefined ? `takes ${takes}, not ${String(value)}` : undefined;
};

const items: Readonly<Record<string, Setter>> = {
  'storage.flow-control.enable': setter('flowControl', flag),
  'storage.flow-control.l0-files-threshold': setter('level0FilesThreshold', count),
  'storage.flow-control.memtables-threshold': setter('memtablesThreshold', count),
  'storage.flow-control.soft-pending-compaction-bytes-limit': setter('softPendingBytes', size),
  'storage.flow-control.hard-pending-compaction-bytes-limit': setter('hardPendingBytes', size),
  'rocksdb.rate-bytes-per-sec': setter('rateBytesPerSecond', size),
  'coprocessor.region-max-size': setter('regionMaxBytes', size),
  'coprocessor.region-split-size': setter('regionSplitBytes', size),
};

/** The items that there are. */
export const settingNames: readonly string[] = Object.keys(items);

/** Sets one item by its own name; answers what is wrong where there is no such item or this is no value for it. */
export const setItem = (settings: StoreSettings, item: string, value: unknown): string | undefined => {
  const set = items[item];
  return set ? set(settings, value) : 'can not be changed';
};
