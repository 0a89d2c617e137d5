import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { writeExposition } from '../../harness/telemetry/exposition-write.ts';
import { readExposition } from '../../harness/telemetry/exposition.ts';
import { decodeMetrics, encodeMetrics } from '../../harness/telemetry/snapshot.ts';
import { noPrometheus, prometheusBinary, RealPrometheus } from '../../test/telemetry/real-prometheus.ts';
import { benchStore, scrapesOf, type Case } from './data.ts';
import { LabServer } from './lab-server.ts';
import { median } from './latency.ts';

/** From the start of the process until it listens, the median of five. */
export async function startUps(): Promise<string[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const binary = prometheusBinary();
  for (let i = 0; i < 5; i++) {
    const elapsed = stopwatch();
    using _lab = await LabServer.start();
    ours.push(elapsed());
    if (binary === undefined) continue;
    const beside = stopwatch();
    await using _real = await RealPrometheus.start(binary);
    theirs.push(beside());
  }
  return [`start-up, nothing stored: lab ${Math.round(median(ours))} ms, ${binary === undefined ? noPrometheus : `Prometheus ${Math.round(median(theirs))} ms`}`];
}

/** Bytes per sample in memory: a process of its own, before and after the store is filled, garbage collected. */
export function memoryLine(chosen: Case): string {
  const told = execFileSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'memory-child.ts'), JSON.stringify(chosen)], { encoding: 'utf8' });
  const { filledBytes, askedBytes } = JSON.parse(told) as { filledBytes: number; askedBytes: number };
  const each = (bytes: number) => (bytes / (chosen.series * scrapesOf(chosen))).toFixed(1);
  return `memory: ${each(filledBytes)} bytes per sample, ${each(askedBytes)} once every query was asked`;
}

/** How fast samples come in, directly and from text, and what they take on disk. */
export function storageLines(chosen: Case): string[] {
  const samples = chosen.series * scrapesOf(chosen);
  const writing = stopwatch();
  const store = benchStore(chosen);
  const lines = [`ingested: ${perSecond(samples, writing())} directly, ${textRate(store)} from text pages that repeat`];
  const bytes = encodeMetrics(store);
  const reading = stopwatch();
  void decodeMetrics(bytes).seriesCount;
  return [...lines, `disk: ${(bytes.length / samples).toFixed(2)} bytes per sample (${(bytes.length / 1e6).toFixed(0)} MB), read back at ${perSecond(samples, reading())}`];
}

function textRate(store: ReturnType<typeof benchStore>): string {
  const target = store.targets()[0];
  if (!target) return '-';
  const page = writeExposition(store, target, target.times.at(target.times.count - 1));
  const known = new Map<string, number>();
  let read = 0;
  const elapsed = stopwatch();
  for (let i = 0; i < 50; i++) readExposition(page, 'text', { known, make: () => 0, sample: () => void read++ });
  return perSecond(read, elapsed());
}

const perSecond = (count: number, ms: number): string => `${(count / ms / 1_000).toFixed(1)}M samples/s`;
