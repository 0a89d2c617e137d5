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
}

/** The settings of a new store. */
export const usualSettings = (): StoreSettings => ({ flowControl: true, level0FilesThreshold: 20, memtablesThreshold: 5, softPendingBytes: 192 * 2 ** 30, hardPendingBytes: 2 ** 40, rateBytesPerSecond: 10 * 2 ** 30 });

const size = (value: unknown): number | undefined => parseSize(String(value));
const count = (value: unknown): number | undefined => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);
const flag = (value: unknown): boolean | undefined => (String(value) === 'true' ? true : String(value) === 'false' ? false : undefined);

type Setter = (settings: StoreSettings, value: unknown) => boolean;
const setter = <K extends keyof StoreSettings>(key: K, read: (value: unknown) => StoreSettings[K] | undefined): Setter => (settings, value) => {
  const parsed = read(value);
  if (parsed !== undefined) settings[key] = parsed;
  return parsed !== undefined;
};

const items: Readonly<Record<string, Setter>> = {
  'storage.flow-control.enable': setter('flowControl', flag),
  'storage.flow-control.l0-files-threshold': setter('level0FilesThreshold', count),
  'storage.flow-control.memtables-threshold': setter('memtablesThreshold', count),
  'storage.flow-control.soft-pending-compaction-bytes-limit': setter('softPendingBytes', size),
  'storage.flow-control.hard-pending-compaction-bytes-limit': setter('hardPendingBytes', size),
  'rocksdb.rate-bytes-per-sec': setter('rateBytesPerSecond', size),
};

/** The items that there are. */
export const settingNames: readonly string[] = Object.keys(items);

/** Sets one item by its own name; answers whether there is such an item and this is a value for it. */
export const setItem = (settings: StoreSettings, item: string, value: unknown): boolean => items[item]?.(settings, value) ?? false;
