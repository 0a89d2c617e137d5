import { load } from '../../harness/telemetry/promql/series-notation.ts';
import { MetricStore } from '../../harness/telemetry/store.ts';

/** Small series made for the corners of the language, a sample every 15 s from the epoch to 20 min. */
export function cornerStore(): MetricStore {
  const store = new MetricStore();
  load(store, '15s', series);
  for (const [labels, value] of named) for (let i = 0; i <= 80; i++) store.append(labels, i * 15_000, value + i);
  return store;
}

const series = {
  'c_total{job="a",instance="1"}': '0+10x30 0+7x49',
  'c_total{job="a",instance="2"}': '5 _ 25 35 stale _x5 3+4x60',
  'c_total{job="b",instance="1"}': '1e15+1x80',
  'g{i="1",t="a"}': '1+1x80',
  'g{i="1",t="b"}': 'NaNx80',
  'g{i="2",t="a"}': '-0x80',
  'g{i="2",t="b"}': 'Infx80',
  'g{i="3",t="a"}': '-Infx80',
  'g{i="3"}': '3-0.5x80',
  'once{j="x",k="y"}': '_x20 42',
  'ends{j="x"}': '1x38 stale',
  'ties{n="1"}': '2x80',
  'ties{n="2"}': '2x80',
  'ties{n="3"}': '7x80',
  'ties{n="4"}': 'NaNx80',
  'tiny{n="1"}': '1e-7x80',
  'tiny{n="2"}': '1e21x80',
  'tiny{n="3"}': '0.1+0.1x80',
  'l{i="1",t="a"}': '2x80',
  'l{i="1",t="b"}': '4x80',
  'l{i="2",t="a",x="old"}': '8x80',
  'l{i="9",t="a"}': '16x80',
  'q{i="1",x="one",y="why"}': '2x80',
  'q{i="2"}': '4x80',
  'q{i="5",x="five"}': '6x80',
  'twice{i="1",z="1"}': '1x80',
  'twice{i="1",z="2"}': '2x80',
  'turns{v="1"}': '1x39',
  'turns{v="2"}': '_x40 2x39',
  'h_bucket{le="0.1"}': '0+1x80',
  'h_bucket{le="1"}': '0+3x80',
  'h_bucket{le="10"}': '0+4x80',
  'h_bucket{le="+Inf"}': '0+5x80',
  'noinf_bucket{le="1"}': '0+3x80',
  'noinf_bucket{le="2"}': '0+4x80',
  'falls_bucket{le="1"}': '10x80',
  'falls_bucket{le="2"}': '8x80',
  'falls_bucket{le="3"}': '20x80',
  'falls_bucket{le="+Inf"}': '20x80',
  'odd_bucket{le="1"}': '1x80',
  'odd_bucket{le="1.0"}': '1x80',
  'odd_bucket{le="1e0"}': '1x80',
  'odd_bucket{le="0x4"}': '4x80',
  'odd_bucket{le="two"}': '2x80',
  'odd_bucket': '2x80',
  'odd_bucket{le="Inf"}': '7x80',
  'below_bucket{le="-5"}': '2x80',
  'below_bucket{le="0"}': '4x80',
  'below_bucket{le="5"}': '6x80',
  'below_bucket{le="+Inf"}': '6x80',
  'only_bucket{le="+Inf"}': '6x80',
  'text{v="a\\nb"}': '1x80',
  'text{v="ab"}': '2x80',
  'text{v="é日"}': '3x80',
  'text{v="a.b"}': '4x80',
  'text{v="src:port"}': '5x80',
  'text{v=""}': '6x80',
  'ns:level:rule': '1x80',
} satisfies Record<string, string>;

/** Names that the notation above cannot write: words of the language and UTF-8. */
const named: readonly [Readonly<Record<string, string>>, number][] = [
  ...['offset', 'by', 'on', 'sum', 'start', 'end', 'bool', 'without', 'group_left', 'atan2', 'topk', 'ignoring', 'and', 'step', 'range'].map((name, i): [Record<string, string>, number] => [{ __name__: name, by: 'b', on: 'o', offset: `${i}`, sum: 's', and: 'a' }, i]),
  [{ __name__: 'my.metric', 'lab.el': 'x', 'spa ce': 'y' }, 1],
  [{ __name__: 'größe', 'ü': 'ö' }, 2],
];
