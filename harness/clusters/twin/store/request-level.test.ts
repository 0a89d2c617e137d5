import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { Cpu } from '../hosts/cpu.ts';
import { Disk } from '../hosts/disk.ts';
import { Network } from '../hosts/network.ts';
import { exponentialBounds } from '../metrics/bounds.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { Shape } from '../metrics/shape.ts';
import { normal } from '../noise.ts';
import { commitShape, idleQueue, queueOf, type StoreLoad } from './pipeline.ts';
import { Brakes } from './brakes.ts';
import { Saturation } from './saturation.ts';
import type { Store } from './store.ts';

/*
 * The twin moves flows. Here four minutes are lived request by request, each append with an instant of its own, and what the flow
 * says of rates and latencies is held against it.
 */
const seconds = 240;

/** A store with these resources and nothing else. */
function storeWith(syncMs: number): Store {
  return { host: { disk: new Disk(syncMs, 2 ** 40), cpu: new Cpu(4), network: new Network() }, saturation: new Saturation(), brakes: new Brakes(), queue: idleQueue, meters: { entriesPerTurn: 1 } } as unknown as Store;
}

const writes = (perSecond: number): StoreLoad => ({ reads: 0, writes: perSecond, entries: perSecond, followed: 0, followedEntries: 0, ofTransactions: 0, followedOfTransactions: 0, refused: 0, tooLarge: 0, api: 'raw' as const, large: undefined, contended: undefined, readSeconds: 0, valuesPerWrite: 1, readBytes: 0, holdsRegions: true, news: { byHeartbeat: 0, ledPerSecond: Infinity }, valueBytes: 200, commits: new Map() });

/** A duration of this shape: log-normal around its median, as the points of {@link Shape} have it. */
const drawn = (random: Random, { fixedMs, medianMs }: Shape, sigma = 0.45): number => fixedMs + medianMs * Math.exp(sigma * normal(random));

interface Lived {
  readonly turnsPerSecond: number;
  /** From each append until it is on disk. */
  readonly latenciesMs: readonly number[];
}

/** One log writer: while it is busy appends gather, and its next turn takes them all. */
function live(random: Random, appendsPerSecond: number, turn: Shape): Lived {
  const latenciesMs: number[] = [];
  const next = () => (-Math.log(1 - random.unit()) / appendsPerSecond) * 1_000;
  let [turns, freeMs] = [0, 0];
  let arrivalMs = next();
  while (arrivalMs < seconds * 1_000) {
    const beginMs = Math.max(freeMs, arrivalMs);
    const endMs = beginMs + drawn(random, turn);
    for (; arrivalMs <= beginMs; arrivalMs += next()) latenciesMs.push(endMs - arrivalMs);
    turns++;
    freeMs = endMs;
  }
  return { turnsPerSecond: turns / seconds, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;

/** A quantile as PromQL reads it from a histogram, here with narrow buckets. */
function quantileMs(shape: Shape, share: number): number {
  const histogram = new Histogram(exponentialBounds(0.00001, 1.02, 800));
  histogram.observeShape(shape, 100_000);
  let below = 0;
  const found = histogram.buckets.findIndex((count) => (below += count) >= share * 100_000);
  return (histogram.bounds[found] as number) * 1_000;
}

/** The flow says the same but for this part, either way. */
function expectWithin(tolerance: number, flow: number, requests: number): void {
  expect(flow / requests).toBeGreaterThan(1 - tolerance);
  expect(requests / flow).toBeGreaterThan(1 - tolerance);
}

describe('the flow of one store, against four minutes of single requests', () => {
  for (const [appendsPerSecond, syncMs] of [[20, 1], [300, 1], [2_000, 1], [6_000, 1], [300, 30], [1_000, 300]] as const) {
    test(`${appendsPerSecond} appends a second on a disk that syncs in ${syncMs} ms: turns within 10 %, median within 25 %, p99 within 15 %`, () => {
      const store = storeWith(syncMs);
      const { write, persist, turnsPerSecond } = queueOf(store, writes(appendsPerSecond), { spanSeconds: 1, weather: 1 });
      const lived = live(Random.fromSeed(1), appendsPerSecond, write);
      expectWithin(0.1, turnsPerSecond, lived.turnsPerSecond);
      expectWithin(0.25, quantileMs(persist, 0.5), at(lived.latenciesMs, 0.5));
      expectWithin(0.15, quantileMs(persist, 0.99), at(lived.latenciesMs, 0.99));
    });
  }

  for (const syncsMs of [[1, 1, 1], [1, 1, 30], [300, 1, 1], [30, 30, 1], [300, 300, 300]] as const) {
    test(`a commit on disks that sync in ${syncsMs.join(', ')} ms: median within 25 %, p99 from above and at most 2.3 times`, () => {
      const stores = syncsMs.map(storeWith);
      for (const store of stores) store.queue = queueOf(store, writes(500), { spanSeconds: 1, weather: 1 });
      const [leader, ...followers] = stores as [Store, ...Store[]];
      const shape = commitShape(leader, followers, 3) as Shape;
      const lived = commits(Random.fromSeed(2), stores);
      expectWithin(0.25, quantileMs(shape, 0.5), at(lived, 0.5));
      const ratio = quantileMs(shape, 0.99) / at(lived, 0.99);
      expect(ratio).toBeGreaterThan(1);
      expect(ratio).toBeLessThan(2.3);
    });
  }

  test('half as much again as fits: what is served within 2 %, what it waits for within 40 %', () => {
    const [flow, lived] = [saturatedFlow(1_500, 1_000), saturatedRequests(1_500, 1_000)];
    expectWithin(0.02, flow.servedPerSecond, lived.servedPerSecond);
    expectWithin(0.4, flow.waitMs, lived.waitMs);
  });
});

/** When the second of three has it on disk, request by request; what goes to followers travels for 0.3 ms. */
const commits = (random: Random, stores: readonly Store[]): number[] =>
  Array.from({ length: 500 * seconds }, () => stores.map((store, i) => drawn(random, store.queue.persist) + (i === 0 ? 0 : 0.3)).sort((a, b) => a - b)[1] as number).sort((a, b) => a - b);

interface Saturated {
  readonly servedPerSecond: number;
  /** At the end of the minute. */
  readonly waitMs: number;
}

function saturatedFlow(offeredPerSecond: number, fitsPerSecond: number): Saturated {
  const saturation = new Saturation();
  const ticks = seconds * 2;
  let served = 0;
  for (let tick = 0; tick < ticks; tick++) served += (offeredPerSecond / 2) * saturation.take(offeredPerSecond / fitsPerSecond, offeredPerSecond, 0.5);
  return { servedPerSecond: served / seconds, waitMs: saturation.waitMs };
}

/** One server, and clients that hold 6000 requests at most: what comes beyond is turned away. */
function saturatedRequests(offeredPerSecond: number, fitsPerSecond: number): Saturated {
  const ends: number[] = [];
  let done = 0;
  for (let arrivalMs = 0; arrivalMs < seconds * 1_000; arrivalMs += 1_000 / offeredPerSecond) {
    while (done < ends.length && (ends[done] as number) <= arrivalMs) done++;
    if (ends.length - done < 6_000) ends.push(Math.max(arrivalMs, ends.at(-1) ?? 0) + 1_000 / fitsPerSecond);
  }
  return { servedPerSecond: done / seconds, waitMs: (ends.at(-1) as number) - seconds * 1_000 };
}
