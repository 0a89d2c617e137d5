import type { Transport } from '../../../src/ports/http.ts';
import type { MetricMeta } from '../../telemetry/contract.ts';

const types: readonly MetricMeta['type'][] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/** What a Prometheus knows of types and helps; nothing when it does not say, since nothing depends on it. */
export async function takeMetadata(prometheus: Transport): Promise<ReadonlyMap<string, MetricMeta>> {
  const answer = await prometheus({ method: 'GET', path: '/api/v1/metadata' });
  if (!answer.ok || answer.value.status !== 200) return new Map();
  try {
    const { data } = JSON.parse(answer.value.body) as { data?: Record<string, readonly { type?: string; help?: string }[]> };
    return new Map(Object.entries(data ?? {}).flatMap(([name, [first]]) => (first ? [[name, { type: types.find((type) => type === first.type) ?? 'untyped', help: first.help ?? '' }]] : [])));
  } catch {
    return new Map();
  }
}
