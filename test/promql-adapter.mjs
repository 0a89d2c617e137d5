import { expandSeriesText } from '../../shared/reference/promql/conformance.mjs';
import { prometheusTransport } from '../harness/telemetry/prometheus-api.ts';
import { MetricStore } from '../harness/telemetry/store.ts';

/** Later than any query of the scripts. */
const now = () => 8_640_000_000_000_000;

/** The engine as the conformance runner wants it. Questions go through the HTTP API without a socket, so status, errors and number formats are on trial too. */
export async function createEngine() {
  let store = new MetricStore();
  const ask = async (path, parameters) => {
    const answer = await prometheusTransport(store, now)({ method: 'POST', path, body: String(new URLSearchParams(parameters)) });
    return JSON.parse(answer.value.body);
  };
  return {
    clear() {
      store = new MetricStore();
    },
    load(text, stepMs) {
      for (const { labels, samples } of expandSeriesText(text, stepMs)) for (const { t, v, stale } of samples) store.append(labels, t, stale ? 'stale' : v);
    },
    instant: (query, atMs) => ask('/api/v1/query', { query, time: String(atMs / 1000) }),
    range: (query, startMs, endMs, stepMs) => ask('/api/v1/query_range', { query, start: String(startMs / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) }),
  };
}
