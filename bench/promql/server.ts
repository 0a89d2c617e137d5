import { enableCompileCache, flushCompileCache } from 'node:module';
import type { Case } from './data.ts';

// As the lab's own command does: what was compiled once need not be compiled again.
enableCompileCache();
const { orThrow } = await import('../../src/kernel/result.ts');
const { listen } = await import('../../harness/telemetry/http-server.ts');
const { prometheusTransport } = await import('../../harness/telemetry/prometheus-api.ts');
const { MetricStore } = await import('../../harness/telemetry/store.ts');

/** A process of its own, as a server is: fills the store of a case, says where it listens, and serves until it is killed. Without a case there is nothing in it. */
const chosen = process.argv[2] === undefined ? undefined : (JSON.parse(process.argv[2]) as Case);
const server = orThrow(await listen(await filled(), { port: 0 }));
process.stdout.write(`${server.url}\n`);
flushCompileCache();

async function filled(): Promise<ReturnType<typeof prometheusTransport>> {
  if (!chosen) return prometheusTransport(new MetricStore(), () => 0);
  const { benchStore, endMsOf } = await import('./data.ts');
  return prometheusTransport(benchStore(chosen), () => endMsOf(chosen));
}
