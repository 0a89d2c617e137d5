import type { Millis } from '../../../../src/kernel/clock.ts';
import { cpuQuotaLine, memoryQuotaLines } from './start-lines.ts';
import type { Store } from './store.ts';

/** Measured in recordings/tikv-cpu-throttle: 3.8 s after a quota was set and 3.8 s after it was taken away, 110 s later. */
const lookEveryMs: Millis = 10_000;

/** A store looks at its control group now and then, and says what changed. */
export function watchQuotas(store: Store): void {
  const { cpu, memory } = store.host;
  let [cores, bytes] = [cpu.allowed, memory.availableBytes];
  store.process.every(lookEveryMs, 1 + (store.process.pid % lookEveryMs), () => {
    if (cpu.allowed !== cores) store.log(cpuQuotaLine((cores = cpu.allowed)));
    if (memory.availableBytes !== bytes) store.logAll(memoryQuotaLines((bytes = memory.availableBytes)));
  });
}
