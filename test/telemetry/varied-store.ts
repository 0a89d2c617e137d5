import type { Random } from '../../src/kernel/random.ts';
import { MetricStore } from '../../harness/telemetry/store.ts';
import type { ScrapeTarget, SeriesRef } from '../../harness/telemetry/contract.ts';

/** When the data of {@link variedStore} begins and ends: not on any round second. */
export const varied = { startMs: 1_700_000_003_217, endMs: 1_700_003_603_217, intervalMs: 15_000 };

interface Course {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its value at a scrape, or nothing where it is not exposed. */
  readonly at: (scrape: number) => number | undefined;
}

/**
 * An hour of what real targets do and what tests forget: counters that restart, gaps, series that end and come back,
 * failed scrapes, NaN and infinities, histograms, odd characters, two targets with the same series, ties.
 */
export function variedStore(random: Random): MetricStore {
  const store = new MetricStore();
  for (const [i, instance] of ['10.0.1.1:20180', '10.0.1.2:20180', 'pd-0:2379'].entries()) {
    const target = store.target(i === 2 ? 'pd' : 'tikv', instance);
    fill(target, courses(random.fork(instance)), random.fork(`${instance} scrapes`), i * 3_571);
  }
  return store;
}

function fill(target: ScrapeTarget, series: readonly Course[], random: Random, phaseMs: number): void {
  const refs = series.map(({ name, labels }): SeriesRef => target.series(name, labels));
  for (let scrape = 0; varied.startMs + phaseMs + scrape * varied.intervalMs < varied.endMs; scrape++) {
    const lateMs = random.below(9);
    target.begin(varied.startMs + phaseMs + scrape * varied.intervalMs + lateMs);
    series.forEach(({ at }, i) => {
      const value = at(scrape);
      if (value !== undefined) target.set(refs[i] as SeriesRef, value);
    });
    target.end({ up: !(scrape > 100 && scrape < 104), durationSeconds: 0.004 + lateMs / 1_000 });
  }
}

function courses(random: Random): Course[] {
  const list: Course[] = [];
  for (const type of ['get', 'prewrite', 'commit', 'scan']) {
    for (const code of ['ok', 'err']) list.push({ name: 'grpc_requests_total', labels: { type, code }, at: counter(random.fork(`${type}${code}`), code === 'ok' ? 40 : 0.3) });
    for (const le of histogramBounds) list.push({ name: 'grpc_seconds_bucket', labels: { type, le }, at: bucket(random.fork(type), histogramBounds.indexOf(le)) });
  }
  for (const db of ['kv', 'raft']) {
    list.push({ name: 'engine_size_bytes', labels: { db, path: `C:\\data\\"${db}"` }, at: gauge(random.fork(db), 1e9) });
    list.push({ name: 'engine_size_bytes', labels: { db, path: '' }, at: gauge(random.fork(`${db}2`), 5e-8) });
    list.push({ name: 'engine_stall', labels: { db, reason: 'a<b & c>d é\u2028日本' }, at: (scrape) => (scrape % 7 === 0 ? NaN : scrape % 11 === 0 ? Infinity : scrape % 13 === 0 ? -Infinity : scrape % 5 === 0 ? -0 : scrape - 100) });
  }
  list.push({ name: 'leader', labels: { zone: 'eu\nwest' }, at: (scrape) => (scrape % 40 < 20 ? 1 : undefined) });
  list.push({ name: 'leader', labels: { zone: '' }, at: (scrape) => (scrape < 60 || scrape > 90 ? 1 : undefined) });
  list.push({ name: 'rare:sum', labels: { zone: 'z' }, at: (scrape) => (scrape % 37 === 3 ? scrape / 3 : undefined) });
  list.push({ name: 'limit', labels: { zone: 'z' }, at: () => 1e21 });
  list.push({ name: 'limit', labels: { zone: 'y' }, at: () => 1 / 3 });
  return list;
}

const histogramBounds = ['0.001', '0.005', '0.01', '0.1', '1', '10', '+Inf'];

/** Grows by drawn steps; restarts from zero now and then. */
function counter(random: Random, perScrape: number): Course['at'] {
  let total = random.below(100_000);
  return () => {
    total = random.chance(0.01) ? 0 : total + Math.floor(random.unit() * perScrape * 2);
    return total;
  };
}

function bucket(random: Random, index: number): Course['at'] {
  let total = 0;
  return () => {
    const events = random.below(50);
    total += Math.floor((events * (index + 1)) / histogramBounds.length);
    return total;
  };
}

function gauge(random: Random, scale: number): Course['at'] {
  let value = random.unit();
  return () => (value += random.between(-0.1, 0.1)) * scale;
}
