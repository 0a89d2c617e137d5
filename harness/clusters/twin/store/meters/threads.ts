import { byteSeconds } from '../cpu-cost.ts';
import type { Store } from '../store.ts';
import rows from './threads.json' with { type: 'json' };
import { driver } from './work.ts';

/** `test/facts/threads.ts`: name, how many bear it, CPU seconds for each second, read, put, entry and turn. */
type ThreadRow = readonly [name: string, copies: number, per: readonly number[]];

/** CPU seconds for each byte that the engine is given, of threads that have any; two threads apply. */
const perByte: Readonly<Record<string, number>> = { apply_0: byteSeconds.apply / 2, apply_1: byteSeconds.apply / 2, 'rocksdb:high': byteSeconds.flush, 'rocksdb:low': byteSeconds.compaction };

const cpu = 'tikv_thread_cpu_seconds_total';
const drivers = Object.values(driver);

/** Threads of one name. */
interface Thread {
  readonly per: readonly number[];
  readonly perByte: number;
  readonly copies: number;
  seconds: number;
  /** What the work since the last look asks of them, among what it asks of all. */
  weight: number;
}

/** The process' CPU time by thread: what it used since it was last looked at is shared out as the work of that time asks. */
export function exportThreads(store: Store): void {
  const { registry } = store.metrics;
  const spent: Thread[] = [];
  let tid = store.process.pid;
  for (const [pattern, copies, per] of rows as unknown as readonly ThreadRow[]) {
    const name = pattern.replace('%', String(store.id));
    const thread: Thread = { per, perByte: perByte[name] ?? 0, copies, seconds: 0, weight: 0 };
    const idle = per.every((each) => each === 0);
    if (!idle) spent.push(thread);
    for (let copy = 0; copy < copies; copy++) {
      const labels = { name, tid: String(++tid) };
      if (idle) registry.set(cpu, labels, 0);
      else registry.gauge(cpu, labels, () => Math.floor((thread.seconds / thread.copies) * 100) / 100);
    }
  }
  const last = { cpuSeconds: 0, bytes: 0, totals: drivers.map(() => 0) };
  registry.beforeWrite(() => share(store, spent, last));
}

/** Since the last look; what a process that was just started used before is shared out as its first work asks. */
function share(store: Store, spent: readonly Thread[], last: { cpuSeconds: number; bytes: number; totals: number[] }): void {
  const totals = drivers.map((each) => store.meters.work.total(each));
  const grown = totals.map((total, at) => Math.max(0, total - (last.totals[at] as number)));
  const bytes = store.metrics.counters.bytesWritten[0]?.value ?? 0;
  const used = store.cpuTime.seconds - last.cpuSeconds;
  let all = 0;
  for (const thread of spent) all += thread.weight = weightOf(thread.per, grown) + thread.perByte * Math.max(0, bytes - last.bytes);
  if (all <= 0 || used <= 0) return;
  for (const thread of spent) thread.seconds += (used * thread.weight) / all;
  Object.assign(last, { cpuSeconds: store.cpuTime.seconds, bytes, totals });
}

function weightOf(per: readonly number[], grown: readonly number[]): number {
  let weight = 0;
  for (let at = 0; at < per.length; at++) weight += (per[at] as number) * (grown[at] as number);
  return weight;
}
