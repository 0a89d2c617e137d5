import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { MetricSink, ScrapeTarget } from '../../../telemetry/contract.ts';
import type { Engine } from '../engine.ts';
import type { Process } from '../hosts/process.ts';
import { jittered, toMicrosecond } from '../noise.ts';
import { familyOf, metaOf } from './facts.ts';
import { Registry } from './registry.ts';
import { SeriesRefs } from './series-refs.ts';

/** Prometheus' settings in the lab: every 5 s, and a scrape may take as long. */
export const scrapeIntervalMs: Millis = 5_000;
const scrapeTimeoutSeconds = 5;
/** A connection is refused within half a millisecond. */
const refusedSeconds = 0.0004;
/** By how much one scrape differs from the next on a machine with cores to spare (quiet minutes of recordings/tikv-cpu-throttle and hot-read: 0.18 to 0.4). */
const scatter = 0.2;

/** Somebody who is asked for a page. */
export interface Scrapable {
  readonly process: Pick<Process, 'state'>;
  readonly job: string;
  readonly instance: string;
  readonly phaseMs: Millis;
  /** What this process takes to render its page when nothing keeps it from the CPU. */
  readonly durationSeconds: number;
  /** By how much that is stretched at present. */
  readonly slowdown: () => number;
  /** What the process happens to be doing when it is asked. */
  readonly random: Random;
}

interface Scraped extends Scrapable {
  readonly target: ScrapeTarget;
  readonly refs: SeriesRefs;
  registry: Registry;
  /** Whose page the newest scrape has; nobody's after one that failed. */
  seen: Registry | undefined;
}

/** The Prometheus of the twin: asks each process in turn, and sees what a real one sees when a process is dead or paused. */
export class Scraper {
  readonly #engine: Engine;
  readonly #sink: MetricSink;
  readonly #scraped = new Map<string, Scraped>();
  readonly #described = new Set<string>();
  #started = false;

  constructor(engine: Engine, sink: MetricSink) {
    this.#engine = engine;
    this.#sink = sink;
  }

  /** Registers a process, which is found at once where others are asked already; its page is rendered by the registry that it got last. */
  add(node: string, what: Scrapable): void {
    const target = this.#sink.target(what.job, what.instance);
    const refs = new SeriesRefs(target, (series) => this.#describe(series));
    const scraped = { ...what, target, refs, registry: new Registry(refs), seen: undefined };
    this.#scraped.set(node, scraped);
    if (this.#started) this.#begin(scraped);
  }

  /** A new, empty registry: the node's process starts. */
  registryFor(node: string): Registry {
    const scraped = this.#scraped.get(node) as Scraped;
    scraped.registry = new Registry(scraped.refs);
    return scraped.registry;
  }

  /** The registries as they are. */
  get registries(): Registry[] {
    return [...this.#scraped.values()].map(({ registry }) => registry);
  }

  start(): void {
    this.#started = true;
    for (const scraped of this.#scraped.values()) this.#begin(scraped);
  }

  #begin(scraped: Scraped): void {
    this.#engine.every(scrapeIntervalMs, scraped.phaseMs, () => this.#scrape(scraped));
  }

  /** What is exported is described, and nothing else. */
  #describe(series: string): void {
    const family = familyOf(series);
    if (this.#described.has(family)) return;
    this.#described.add(family);
    const meta = metaOf(family);
    if (meta) this.#sink.describe(family, meta);
  }

  /** A dead process refuses at once; a paused one accepts and never answers; a living one is read. */
  #scrape(scraped: Scraped): void {
    const { target, process, random } = scraped;
    target.begin(this.#engine.nowMs);
    const slowdown = scraped.slowdown();
    // Whoever waits for many turns meets the mean of their waits.
    const durationSeconds = toMicrosecond(jittered(random, scraped.durationSeconds * slowdown, scatter / Math.sqrt(slowdown)));
    if (process.state === 'running' && durationSeconds < scrapeTimeoutSeconds) {
      if (scraped.seen === scraped.registry) scraped.registry.writeChanges(target);
      else scraped.registry.write(target);
      scraped.seen = scraped.registry;
      return target.end({ up: true, durationSeconds });
    }
    scraped.seen = undefined;
    target.end({ up: false, durationSeconds: process.state === 'exited' ? toMicrosecond(jittered(random, refusedSeconds, scatter)) : scrapeTimeoutSeconds });
  }
}
