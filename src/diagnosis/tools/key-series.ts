import type { KeySeries } from '../../subjects/contract.ts';

export type { KeySeries } from '../../subjects/contract.ts';

/** What every process that Prometheus scrapes has, whichever database it belongs to. */
export const commonSeries: readonly KeySeries[] = [
  { signal: 'up', promql: 'up', floor: 0.2 },
  { signal: 'process start time', promql: 'process_start_time_seconds', floor: 0.2 },
  { signal: 'CPU cores used', promql: 'rate(process_cpu_seconds_total[30s])', floor: 0.05 },
  { signal: 'resident memory bytes', promql: 'process_resident_memory_bytes', floor: 16 * 2 ** 20 },
  { signal: 'scrape duration seconds', promql: 'scrape_duration_seconds', floor: 0.1 },
];
