import type { SignalSeries } from '../harness/history/bundle.ts';

type Point = readonly [number, number];

/** One point each five seconds over eight and a half minutes; the fault acts from 180 s to 360 s. */
function sampled(startMs: number, valueAt: (second: number) => number | undefined): Point[] {
  const points: Point[] = [];
  for (let second = 0; second <= 510; second += 5) {
    const value = valueAt(second);
    if (value !== undefined) points.push([startMs + second * 1000, value]);
  }
  return points;
}

/** A small, repeatable wobble in -1 .. 1, so that quiet lines look like measurements. */
const wobble = (second: number): number => ((second * 37) % 21) / 10 - 1;

const whileDown = (second: number): boolean => second >= 185 && second < 365;

function leaders(startMs: number): SignalSeries {
  const victim = (s: number) => (s < 195 ? 40 : s < 400 ? 0 : Math.min(38, Math.round((s - 400) * 0.6)));
  const other = (share: number) => (s: number) => 40 + Math.round((40 - victim(s)) * share);
  return {
    id: 'leaders', title: 'leaders', unit: 'count', promql: 'pd_cluster_status{type="leader_count"}',
    lines: [
      { name: 'tikv-1', points: sampled(startMs, other(0.55)) },
      { name: 'tikv-2', points: sampled(startMs, victim) },
      { name: 'tikv-3', points: sampled(startMs, other(0.45)) },
    ],
  };
}

function latency(startMs: number): SignalSeries {
  const p99 = (s: number) => (s >= 185 && s < 205 ? 0.232 - (s - 185) * 0.008 : 0.014 + wobble(s) * 0.001);
  return {
    id: 'latency-p99', title: 'request latency p99', unit: 'seconds', threshold: 0.1,
    promql: 'histogram_quantile(0.99, sum by (le) (rate(tikv_grpc_msg_duration_seconds_bucket{type=~"raw_get|raw_put"}[30s])))',
    lines: [{ name: 'all', points: sampled(startMs, p99) }],
  };
}

/** Five charts' worth of numbers: three that move with the fault, one that hardly does, one whose line ends. */
export function sampleSignals(startMs: number): SignalSeries[] {
  const up = (node: string) => sampled(startMs, (s) => (node === 'tikv-2' && whileDown(s) ? 0 : 1));
  const requests = (node: string) => sampled(startMs, (s) => (node === 'tikv-2' && whileDown(s) ? undefined : 560 + 40 * Number(node.slice(-1)) + wobble(s + Number(node.slice(-1))) * 25));
  const used = (base: number) => sampled(startMs, (s) => base + Math.floor(s / 60) / 1000);
  return [
    leaders(startMs),
    latency(startMs),
    { id: 'up', title: 'scrape target up', unit: 'count', promql: 'up{job="tikv"}', lines: ['tikv-1', 'tikv-2', 'tikv-3'].map((name) => ({ name, points: up(name) })) },
    {
      id: 'requests', title: 'requests', unit: 'per-second', promql: 'sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count[30s]))',
      lines: ['tikv-1', 'tikv-2', 'tikv-3'].map((name) => ({ name, points: requests(name) })),
    },
    {
      id: 'disk-used', title: 'disk used', unit: 'ratio', threshold: 0.7, promql: '1 - tikv_store_size_bytes{type="available"} / tikv_store_size_bytes{type="capacity"}',
      lines: [{ name: 'tikv-1', points: used(0.11) }, { name: 'tikv-2', points: used(0.112) }, { name: 'tikv-3', points: used(0.109) }],
    },
  ];
}
