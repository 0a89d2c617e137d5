import { boundsOf } from '../../metrics/facts.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import type { Counter } from '../../metrics/instruments.ts';
import { averageMs, type Shape, spreadOf } from '../../metrics/shape.ts';
import type { Work } from '../../metrics/work.ts';
import type { Store } from '../store.ts';
import { driver } from './work.ts';

const name = 'unified-read-pool';
const duration = 'tikv_yatp_task_exec_duration';
/** What a get takes of a pool thread: median and scatter on a quiet store (page of recordings/tikv-evict-leader). */
const task = { medianMs: 0.145, sigma: 0.7 } as const;
/** Threads keep what they counted to themselves until it is about so many tasks (440 to 680 for each change of the counters in that recording). */
const handedOver = 500;

/** Tasks of the pool that serves reads. All are short and are done at the first turn, so they end on the highest of its levels. */
export class ReadPoolMeters {
  readonly #store: Store;
  readonly #tasks: () => number;
  readonly #durations: Histogram;
  readonly #elapsed: readonly Counter[];

  constructor(store: Store, work: Work) {
    this.#store = store;
    this.#tasks = work.tally(driver.read, handedOver);
    const { registry } = store.metrics;
    this.#durations = registry.histogram(duration, boundsOf(duration), { name });
    this.#elapsed = ['0', 'total'].map((level) => registry.counter('tikv_multilevel_level_elapsed', { level, name }));
    registry.beforeWrite(() => this.#look());
  }

  #look(): void {
    const tasks = this.#tasks();
    if (tasks === 0) return;
    const shape: Shape = { fixedMs: 0, medianMs: task.medianMs * this.#store.queue.cpuStretch, spread: spreadOf(task.sigma) };
    this.#durations.observeShape(shape, tasks);
    // In microseconds.
    for (const counter of this.#elapsed) counter.add(tasks * averageMs(shape) * 1000);
  }
}
