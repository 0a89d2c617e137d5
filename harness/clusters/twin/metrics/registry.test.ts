import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matcher } from '../../../telemetry/matchers.ts';
import { metricsJsonl } from '../../../telemetry/snapshot.ts';
import { MetricStore } from '../../../telemetry/store.ts';
import { spreads } from './shape.ts';
import { Registry } from './registry.ts';
import { SeriesRefs } from './series-refs.ts';

const bounds = [0.001, 0.01, 0.1];
const kept = 'tikv_raftstore_commit_log_duration_seconds';
const act = fc.record({ what: fc.constantFrom('add', 'add', 'observe', 'shape', 'keep', 'flush', 'set', 'read', 'forget', 'age', 'restart', 'fail', 'nothing'), of: fc.nat(3), by: fc.constantFrom(0, 0.25, 1, 3) });
type Act = (typeof act extends fc.Arbitrary<infer T> ? T : never);

/** A process that does things between scrapes, and a Prometheus that reads all of it or what changed. */
class Watched {
  readonly store = new MetricStore();
  readonly #target = this.store.target('tikv', 'a');
  readonly #refs = new SeriesRefs(this.#target, () => {});
  readonly #read = new Map<number, number | undefined>();
  #registry = new Registry(this.#refs);
  #seen: Registry | undefined;
  #scrapes = 0;

  perform({ what, of, by }: Act): void {
    const labels = { of: String(of) };
    if (what === 'add') this.#registry.counter('c', labels).add(by);
    if (what === 'observe') this.#registry.histogram('h', bounds, labels).observe(by / 10, of);
    if (what === 'shape') this.#registry.histogram('h', bounds, labels).observeShape({ fixedMs: 1, medianMs: 10, spread: spreads.wide }, by);
    if (what === 'keep') this.#registry.histogram(kept, bounds, labels).observe(by / 10, of);
    if (what === 'flush') this.#registry.flush();
    if (what === 'set') this.#registry.set('s', labels, by);
    if (what === 'read') {
      this.#read.set(of, by === 0 ? undefined : by);
      this.#registry.gauge('g', labels, () => this.#read.get(of));
    }
    if (what === 'forget') this.#registry.forget(new Set([of > 1 ? 's' : 'g']));
    if (what === 'age') this.#registry.age(2);
    if (what === 'restart') this.#registry = new Registry(this.#refs);
  }

  scrape(up: boolean, changesOnly: boolean): void {
    this.#target.begin(++this.#scrapes * 5_000);
    if (up && changesOnly && this.#seen === this.#registry) this.#registry.writeChanges(this.#target);
    else if (up) this.#registry.write(this.#target);
    this.#seen = up ? this.#registry : undefined;
    this.#target.end({ up, durationSeconds: 0.01 });
  }
}

test('a page of what changed shows the same as a whole page', () => {
  fc.assert(fc.property(fc.array(act, { maxLength: 120 }), (acts) => {
    const [whole, changes] = [new Watched(), new Watched()];
    acts.forEach((each, i) => {
      for (const watched of [whole, changes]) watched.perform(each);
      if (i % 3 === 0) [whole, changes].forEach((watched) => watched.scrape(each.what !== 'fail', watched === changes));
    });
    expect(metricsJsonl(changes.store)).toBe(metricsJsonl(whole.store));
  }), { numRuns: 300 });
});

test('what a program keeps to itself is shown as it was when it was brought up to date', () => {
  const store = new MetricStore();
  const target = store.target('tikv', 'a');
  const registry = new Registry(new SeriesRefs(target, () => {}));
  const [leaders, sent] = [registry.value('tikv_raftstore_region_count', { type: 'leader' }), registry.counter('tikv_raftstore_raft_sent_message_total')];
  const seen = [0, 1, 2, 3].map((scrape) => {
    leaders.set(scrape);
    if (scrape === 1) registry.flush();
    leaders.set(scrape + 10);
    sent.add(1);
    target.begin(scrape * 5_000);
    if (scrape === 0) registry.write(target);
    else registry.writeChanges(target);
    target.end({ up: true, durationSeconds: 0.01 });
    return ['tikv_raftstore_raft_sent_message_total', 'tikv_raftstore_region_count'].map((name) => store.select([matcher('__name__', '=', name)])[0]?.view(scrape * 5_000).values.at(-1));
  });
  expect(seen).toEqual([[1, undefined], [2, 1], [3, 1], [4, 1]]);
});
