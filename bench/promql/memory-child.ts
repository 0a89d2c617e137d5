import { prometheusTransport } from '../../harness/telemetry/prometheus-api.ts';
import { benchStore, endMsOf, sampledQueries, type Case } from './data.ts';

/** A process of its own that tells what samples cost: bytes in memory without the store, with it, and after every query was asked once. */
const chosen = JSON.parse(process.argv[2] ?? '') as Case;
// What only the code takes: the same road, over next to nothing.
await askAll(benchStore({ ...chosen, series: 10, hours: 0.1 }), { ...chosen, hours: 0.1 });
const without = usedBytes();
const store = benchStore(chosen);
const filled = usedBytes();
await askAll(store, chosen);
const asked = usedBytes();
process.stdout.write(`${JSON.stringify({ filledBytes: filled - without, askedBytes: asked - without, series: store.seriesCount })}\n`);

async function askAll(from: typeof store, over: Case): Promise<void> {
  const transport = prometheusTransport(from, () => endMsOf(over));
  for (const query of sampledQueries()) await transport({ method: 'GET', path: '/api/v1/query_range', query: { query, start: String(endMsOf(over) / 1_000 - over.hours * 3_600), end: String(endMsOf(over) / 1_000), step: '60' } });
}

/** What lives on the heap and beside it, once garbage is gone. */
function usedBytes(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
