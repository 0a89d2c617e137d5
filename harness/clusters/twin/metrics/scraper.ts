import type { Millis } from '../../../../src/kernel/clock.ts';
import type { MetricSink, ScrapeTarget } from '../../../telemetry/contract.ts';
import type { Engine } from '../engine.ts';
import type { Process } from '../hosts/process.ts';
import { familyOf, metaOf } from './facts.ts';
import { Registry } from './registry.ts';
import { SeriesRefs } from './series-refs.ts';

/** Prometheus' settings in the lab: every 5 s, and a scrape may take as long. */
export const scrapeIntervalMs: Millis = 5_000;
const scrapeTimeoutSeconds = 5;

interface Scraped {
  readonly process: Pick<Process, 'state'>;
  readonly target: ScrapeTarget;
  readonly refs: SeriesRefs;
  readonly phaseMs: Millis;
  /** What this process takes to render its page when nothing keeps it from the CPU. */
  readonly durationSeconds: number;
  /** By how much that is stretched at present. */
  readonly slowdown: () => number;
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
  add(
    node: string,
    what: { readonly process: Pick<Process, 'state'>; readonly job: string; readonly instance: string; readonly phaseMs: Millis; readonly durationSeconds: number; readonly slowdown: () => number },
  ): void {
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
    const { target, process } = scraped;
    target.begin(this.#engine.nowMs);
    const durationSeconds = Math.round(scraped.durationSeconds * scraped.slowdown() * 1e6) / 1e6;
    if (process.state === 'running' && durationSeconds < scrapeTimeoutSeconds) {
      if (scraped.seen === scraped.registry) scraped.registry.writeChanges(target);
      else scraped.registry.write(target);
      scraped.seen = scraped.registry;
      return target.end({ up: true, durationSeconds });
    }
    scraped.seen = undefined;
    target.end({ up: false, durationSeconds: process.state === 'exited' ? 0.0004 : scrapeTimeoutSeconds });
  }
}
