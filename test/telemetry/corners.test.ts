import { expect, test } from 'vitest';
import { orThrow } from '../../src/kernel/result.ts';
import { prometheusTransport } from '../../harness/telemetry/prometheus-api.ts';
import { requestOf, sortedVector } from './comparison.ts';
import { cornerStore } from './corner-store.ts';
import { corners } from './corners.ts';

const own = prometheusTransport(cornerStore(), () => Infinity);

async function answerTo(question: Parameters<typeof requestOf>[0]): Promise<string> {
  const [path, parameters] = requestOf(question);
  const { status, body } = orThrow(await own({ method: 'POST', path, body: String(new URLSearchParams(parameters)) }));
  return `${status} ${sortedVector(body.trim())}`;
}

test('odd corners of the language are answered byte for byte as a Prometheus 3.5 answered them', async () => {
  const all = corners();
  expect(all.length).toBeGreaterThan(850);
  const different: unknown[] = [];
  for (const { question, answer } of all) {
    const ours = await answerTo(question);
    if (ours !== answer) different.push({ question, ours, answer });
  }
  expect(different).toEqual([]);
});

// Where 3.14 says something else than 3.5, these are its words.
test.each([
  ['q offset', 'unexpected end of input in offset, expected number, duration, step(), or range()'],
  ['q[]', 'unexpected \\"]\\" in subquery or range selector, expected number, duration, step(), or range()'],
  ['q[5m:+]', 'unexpected \\"]\\" in subquery selector, expected number, duration, step(), range(), or \\"]\\"'],
  ['topk(NaN, q)', '"Parameter value is NaN"'],
  ['bottomk(-1e30, q)', '"Scalar value -1e+30 underflows int64"'],
  ['topk(1e30, q)', '"Scalar value 1e+30 overflows int64"'],
])('%s: %s', async (query, words) => {
  expect(await answerTo({ query, atMs: 600_000 })).toContain(words);
});
