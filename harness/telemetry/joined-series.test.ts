import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricsJsonl } from './snapshot.ts';
import { MetricStore } from './store.ts';

const buckets = 6;
/** How much falls into each bucket until the next scrape; or that nobody answers; and whether the program starts anew before it. */
const scrapes = fc.array(fc.record({ fell: fc.array(fc.constantFrom(0, 0, 0, 1, 5), { minLength: buckets, maxLength: buckets }), road: fc.constantFrom('carried', 'carried', 'carried', 'whole', 'failed', 'gone'), anew: fc.boolean() }), { maxLength: 120 });
type Scrapes = (typeof scrapes extends fc.Arbitrary<infer T> ? T : never);

/** Cumulative buckets, joined until they differ for the first time, or each on its own. */
function written(all: Scrapes, joined: boolean): string {
  const store = new MetricStore();
  const target = store.target('tikv', 'a');
  const refs = Array.from({ length: buckets }, (_, le) => target.series('seconds_bucket', { le: String(le) }));
  const heads = refs.map((_, i) => !joined || i === 0);
  const places = refs.map(() => 0);
  if (joined) target.join(refs);
  let counts = refs.map(() => 0);
  let carries = false;
  all.forEach(({ fell, road, anew }, index) => {
    target.begin((index + 1) * 5_000);
    let sum = 0;
    const grown = fell.map((each, i) => (sum += each) + (anew && road === 'whole' ? 0 : (counts[i] as number)));
    const up = road !== 'failed';
    if (road === 'carried' && carries) target.carry();
    if (road === 'gone' && carries) {
      target.carry();
      refs.forEach((ref) => target.drop(ref));
    } else if (up) {
      counts = grown;
      grown.forEach((count, i) => {
        const end = heads.indexOf(true, i + 1);
        if (!heads[i] && count !== grown[i - 1]) {
          places.fill(target.part(refs.slice(i, end < 0 ? undefined : end)), i, end < 0 ? undefined : end);
          heads[i] = true;
        }
        if (!joined) target.set(refs[i] as number, count);
      });
      if (joined) target.setRow(refs[0] as number, grown.reduce((row, count, i) => row.fill(count, places[i], (places[i] ?? 0) + 1), new Float64Array(buckets + 2)));
    }
    carries = up && road !== 'gone';
    target.end({ up, durationSeconds: 0.02 });
  });
  return metricsJsonl(store);
}

test('series that joined and parted have the samples that each would have on its own', () => {
  fc.assert(fc.property(scrapes, (all) => {
    expect(written(all, true)).toBe(written(all, false));
  }), { numRuns: 300 });
});

test('series with samples cannot join', () => {
  const target = new MetricStore().target('tikv', 'a');
  const refs = ['1', '2'].map((le) => target.series('seconds_bucket', { le }));
  target.begin(5_000);
  target.set(refs[0] as number, 1);
  expect(() => target.join(refs)).toThrow('too late');
});
