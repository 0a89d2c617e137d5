import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** When the small recording begins. */
export const startMs = 1_795_467_358_000;

const rawRows = [
  { t: startMs + 30, node: 'pd', request: 'GET /pd/api/v1/stores', status: 200, tookMs: 2, body: { count: 1, stores: [] } },
  { t: startMs + 10, node: 'pd', full: 'baseline', request: 'GET /pd/api/v1/version', status: 200, tookMs: 2, body: { version: 'v8.5.5' } },
  { t: startMs + 40, node: 'pd', request: 'GET /pd/api/v1/regions#summary', status: 200, tookMs: 2, body: [] },
  { t: startMs + 50, node: 'pd-1', request: 'GET /pd/api/v1/ping', status: 0, tookMs: 1, body: 'URLError: [Errno 111] Connection refused' },
  { t: startMs + 55, node: 'pd-1', request: 'GET /pd/api/v1/stores', status: 200, tookMs: 1, body: '{\n  "count": 3,\n  "sto' },
  { t: startMs + 60, node: 'load', request: 'GET /secret', status: 200, tookMs: 1, body: 'secret' },
  { t: startMs + 90_000, node: 'pd', request: 'GET /pd/api/v1/version', status: 200, tookMs: 2, body: 'late' },
];
const metrics = [
  { format: 'lab-metrics/1', startMs, endMs: startMs + 100_000, series: 4, targets: [{ job: 'tikv', instance: '10.0.0.2:20180', timesMs: [startMs, startMs + 40_000, startMs + 90_000] }] },
  { n: 'up', l: {}, t: 0, i: 0, j: 2, k: 1 },
  { n: 'grows', l: {}, t: 0, i: 0, v: [1, 2, 3] },
  { n: 'late', l: {}, t: 0, i: 2, j: 2, k: 1 },
  { n: 'late_too', l: {}, t: 0, i: 1, v: [null, 5] },
];
const meta = {
  recording: 'tikv-tiny', subject: 'tikv', startMs, endMs: startMs + 100_000,
  topology: [
    { node: 'pd-1', role: 'pd', address: '10.0.0.1', leader: true },
    { node: 'tikv-1', role: 'tikv', address: '10.0.0.2:20160' },
    { node: 'load', role: 'client', address: '10.0.0.9' },
  ],
  fault: { kind: 'process-kill', struck: ['tikv-1'], injectMs: startMs + 45, revertMs: startMs + 70_000 },
  truth: { verdict: 'fault', causes: [{ component: 'tikv-1', kind: 'process-crash' }] },
};

/** Writes a small raw recording with everything that an import must take, merge, or leave behind; what it must leave behind says so. */
export function writeRawRecording(raw: string): void {
  mkdirSync(join(raw, 'logs'), { recursive: true });
  const put = (name: string, text: string) => writeFileSync(join(raw, `${name}.gz`), gzipSync(text));
  writeFileSync(join(raw, 'meta.json'), JSON.stringify(meta));
  writeFileSync(join(raw, 'digest.md'), 'the answer is tikv-1');
  put('metrics.jsonl', metrics.map((line) => `${JSON.stringify(line)}\n`).join(''));
  put('control.jsonl', rawRows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  put('client.jsonl', '{"secret":1}\n');
  put('logs/pd-1.log', '[2026/11/23 20:55:59.100 +00:00] [INFO] [a.go:1] [one]\n[2026/11/23 20:55:59.300 +00:00] [INFO] [a.go:1] [three]\nof two lines\n');
  put('logs/pd-1.stderr.log', '[2026/11/23 20:55:59.200 +00:00] [WARN] [b.go:1] [two]\n');
  put('logs/client.log', '[2026/11/23 20:55:59.200 +00:00] [WARN] [c.go:1] [secret]\n');
  put('logs/load.stderr.log', 'secret\n');
}
