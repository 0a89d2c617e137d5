import { expect, test } from 'vitest';
import { MetricStore } from '../telemetry/store.ts';
import { readingsOf } from './lines.ts';
import type { Lived } from './lived.ts';

/** A store that answered so many gets a second, from before the window or from its start on, and far fewer after the fault. */
function lived({ scrapedFromMs }: { readonly scrapedFromMs: number }): Lived {
  const metrics = new MetricStore();
  const target = metrics.target('tikv', '10.0.0.1:20180');
  const gets = target.series('tikv_grpc_msg_duration_seconds_count', { type: 'raw_get' });
  const [startMs, injectMs, endMs] = [1_000_000, 1_035_000, 1_135_000];
  let answered = 1_000;
  for (let atMs = scrapedFromMs; atMs <= endMs; atMs += 5_000) {
    target.begin(atMs);
    target.set(gets, (answered += atMs > injectMs ? 50 : 300));
    target.end({ up: true, durationSeconds: 0.01 });
  }
  return { startMs, injectMs, revertMs: endMs, endMs, metrics, logs: [], states: [], struck: ['tikv-1'], nodeOf: () => 'tikv-1' };
}

test('a rate has the same quiet level and the same fall whether the store was scraped before the window or not', async () => {
  const read = async (scrapedFromMs: number) => (await readingsOf(lived({ scrapedFromMs }))).find(({ signal }) => signal.id === 'gets')?.symptom;
  const recorded = await read(1_000_000);
  expect(recorded).toMatchObject({ moved: 'falls', quiet: 60 });
  expect(await read(880_000)).toEqual(recorded);
});
