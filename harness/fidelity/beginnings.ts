import type { Millis } from '../../src/kernel/clock.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { prometheusPort } from '../../src/ports/metrics.ts';
import { prometheusTransport } from '../telemetry/prometheus-api.ts';
import type { FidelityCase } from './case.ts';
import type { Lived } from './lived.ts';

/** Whoever was started so long after the first member was not there when the cluster was filled. */
const laterMs: Millis = 60_000;

/**
 * The case with what came before the recording. Stores that a program plays tell PD of their regions once; of PD's followers, those that were
 * started after that know the regions from their storage alone, as their processes' ages in the recording show. Real stores tell PD something new each minute.
 */
export async function sinceItBegan(each: FidelityCase, real: Lived): Promise<FidelityCase> {
  if (each.spec.storesKnow === undefined) return each;
  const port = prometheusPort(prometheusTransport(real.metrics, () => real.endMs), { now: () => real.injectMs });
  const started = orThrow(await port.query('process_start_time_seconds{job="pd"}')).map(({ labels, value }) => ({ node: real.nodeOf(labels['instance'] ?? ''), atMs: value * 1_000 }));
  const firstMs = Math.min(...started.map(({ atMs }) => atMs));
  const restartedFollowers = started.filter(({ node, atMs }) => atMs > firstMs + laterMs && node !== each.pdLeader).length;
  return { ...each, spec: { ...each.spec, restartedFollowers } };
}
