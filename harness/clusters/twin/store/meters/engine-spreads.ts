import type { Store } from '../store.ts';

const db = 'kv';

/** How far a log-normal law reaches: its value at so many standard deviations of the logarithm. */
const points = { median: 0, percentile95: 1.645, percentile99: 2.326, max: 4 } as const;

/** Median and scatter of what RocksDB measures of itself, microseconds or bytes: recordings/tikv-baseline. */
const laws = {
  tikv_engine_get_micro_seconds: { kind: 'get', median: 27, sigma: 1.5, of: 'reads' },
  tikv_engine_sst_read_micros: { kind: 'sst_read_micros', median: 12, sigma: 1.6, of: 'reads' },
  tikv_engine_write_micro_seconds: { kind: 'write', median: 70, sigma: 1.25, of: 'writes' },
  tikv_engine_write_wal_time_micro_seconds: { kind: 'write_wal_micros', median: 20, sigma: 1.45, of: 'writes' },
} as const;
/** Bytes of one write batch: the entry and its book-keeping, and now and then several together. */
const batch = { overheadBytes: 60, sigma: 0.5 } as const;

/** The statistics of RocksDB that come as six numbers each. */
export function exportSpreads(store: Store): void {
  for (const [family, { kind, median, sigma, of }] of Object.entries(laws)) {
    six(store, { family, kind, sigma, median: () => (store.meters.recent[of] > 0 ? median * store.queue.cpuStretch : 0) });
  }
  six(store, { family: 'tikv_engine_bytes_per_write', kind: 'bytes_per_write', sigma: batch.sigma, median: () => (store.meters.recent.writes > 0 ? store.served.valueBytes + batch.overheadBytes : 0) });
  six(store, { family: 'tikv_engine_bytes_per_read', kind: 'bytes_per_read', sigma: 0, median: () => (store.meters.recent.reads > 0 ? store.served.valueBytes : 0) });
}

function six(store: Store, { family, kind, sigma, median }: { readonly family: string; readonly kind: string; readonly sigma: number; readonly median: () => number }): void {
  const gauge = (type: string, factor: number) => store.metrics.registry.gauge(family, { db, type: `${kind}_${type}` }, () => Math.round(median() * factor * 1000) / 1000);
  const mean = Math.exp((sigma * sigma) / 2);
  gauge('average', mean);
  for (const [type, reach] of Object.entries(points)) gauge(type, Math.exp(reach * sigma));
  gauge('standard_deviation', mean * Math.sqrt(Math.exp(sigma * sigma) - 1));
}
