import { ok, type Result } from '../../kernel/result.ts';
import type { Sample } from '../../ports/metrics.ts';
import type { Ports } from '../../ports/ports.ts';
import { clockOffset, foregroundTypes } from './signals.ts';
import type { LatencyView } from './observation.ts';

/** A rate below this is too thin for a 99th percentile: one slow request would be the percentile. */
const thinPerSecond = 2;

/** A short window, so that one burst does not look like a lasting state; a longer one where scrapes are too rare for it. */
const latencyWindows = ['30s', '2m'] as const;

const foreground = `{type=~"${foregroundTypes}"}`;

const queries = {
  up: 'up',
  dark: 'max_over_time(up[30s]) == 0',
  rate: `sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count${foreground}[1m]))`,
  leaders: 'tikv_raftstore_region_count{type="leader"}',
  slowScore: 'max by (instance) (tikv_raftstore_slow_score{type!="network"})',
  fsync: 'histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[1m])))',
  clocks: clockOffset,
  pdLeads: 'service_member_role{service="PD"} == 1',
  pdLedAMinuteAgo: 'service_member_role{service="PD"} offset 1m == 1',
} as const;

/** Whether one scrape worked. */
export interface Scrape {
  readonly job: string;
  readonly instance: string;
  readonly up: boolean;
}

/** What Prometheus says, by scrape instance (`host:port`); `up` is absent when it could not be asked at all. */
export interface Telemetry {
  readonly up?: readonly Scrape[];
  /** Instances that no scrape has reached for 30 s. */
  readonly dark: readonly string[];
  readonly latency: ReadonlyMap<string, LatencyView>;
  /** Requests per second. */
  readonly rate: ReadonlyMap<string, number>;
  readonly leaders: ReadonlyMap<string, number>;
  readonly slowScore: ReadonlyMap<string, number>;
  /** How long a PD member's etcd waits for its log to be on disk, p99. */
  readonly fsync: ReadonlyMap<string, number>;
  /** Seconds by which a machine's clock is ahead, by its exporter's instance. */
  readonly clocks: ReadonlyMap<string, number>;
  /** Instances whose own metrics say that they lead PD. */
  readonly pdLeads: readonly string[];
  readonly pdLedAMinuteAgo: readonly string[];
  /** Why Prometheus could not be asked. */
  readonly because?: string;
}

/** Asks Prometheus everything that one look needs. */
export async function askTelemetry(ports: Ports): Promise<Telemetry> {
  const names = Object.keys(queries) as (keyof typeof queries)[];
  const [latency, ...answers] = await Promise.all([askLatency(ports), ...names.map((name) => ports.metrics.query(queries[name]))]);
  const trouble = [latency, ...answers].find((answer) => !answer.ok);
  const samples = (name: keyof typeof queries): readonly Sample[] => valueOr(answers[names.indexOf(name)], []);
  return {
    ...(answers[names.indexOf('up')]?.ok && { up: samples('up').map(toScrape) }),
    dark: instancesOf(samples('dark')),
    latency: slowestType(valueOr(latency, [])),
    rate: byInstance(samples('rate')),
    leaders: byInstance(samples('leaders')),
    slowScore: byInstance(samples('slowScore')),
    fsync: byInstance(samples('fsync')),
    clocks: byInstance(samples('clocks')),
    pdLeads: instancesOf(samples('pdLeads')),
    pdLedAMinuteAgo: instancesOf(samples('pdLedAMinuteAgo')),
    ...(trouble && !trouble.ok && { because: trouble.failure.because }),
  };
}

/** The 99th percentile of each busy kind of request. Idle kinds are most of the series, so the busy ones are found first. */
async function askLatency(ports: Ports): Promise<Result<readonly Sample[]>> {
  for (const window of latencyWindows) {
    const busy = await ports.metrics.query(`sum by (instance, type) (rate(tikv_grpc_msg_duration_seconds_count${foreground}[${window}])) > ${thinPerSecond}`);
    if (!busy.ok) return busy;
    if (busy.value.length === 0) continue;
    const keys = new Set(busy.value.map(keyOf));
    const types = [...new Set(busy.value.map(({ labels }) => labels['type'] ?? ''))].sort();
    const p99 = await ports.metrics.query(`histogram_quantile(0.99, sum by (instance, type, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type=~"${types.join('|')}"}[${window}])))`);
    return p99.ok ? ok(p99.value.filter((sample) => keys.has(keyOf(sample)))) : p99;
  }
  return ok([]);
}

const keyOf = ({ labels }: Sample): string => `${labels['instance']} ${labels['type']}`;
const valueOr = <T>(result: Result<T> | undefined, otherwise: T): T => (result?.ok ? result.value : otherwise);
const toScrape = ({ labels, value }: Sample): Scrape => ({ job: labels['job'] ?? '', instance: instanceOf(labels), up: value === 1 });
const instanceOf = (labels: Sample['labels']): string => labels['instance'] ?? '';
const instancesOf = (samples: readonly Sample[]): string[] => samples.map(({ labels }) => instanceOf(labels)).sort();
const byInstance = (samples: readonly Sample[]): Map<string, number> => new Map(samples.filter(({ value }) => Number.isFinite(value)).map(({ labels, value }) => [instanceOf(labels), value]));

function slowestType(samples: readonly Sample[]): Map<string, LatencyView> {
  const slowest = new Map<string, LatencyView>();
  for (const { labels, value } of samples) {
    // An idle type has no percentile (NaN); a percentile beyond the last bucket is infinite and counts.
    if (Number.isNaN(value)) continue;
    const instance = instanceOf(labels);
    const known = slowest.get(instance);
    if (!known || value > known.p99Seconds) slowest.set(instance, { type: labels['type'] ?? '', p99Seconds: value });
  }
  return slowest;
}
