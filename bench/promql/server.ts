import { orThrow } from '../../src/kernel/result.ts';
import { listen } from '../../harness/telemetry/http-server.ts';
import { prometheusTransport } from '../../harness/telemetry/prometheus-api.ts';
import { benchStore, endMsOf, type Case } from './data.ts';

/** A process of its own, as a server is: fills the store of a case, says where it listens, and serves until it is killed. */
const chosen = JSON.parse(process.argv[2] ?? '') as Case;
const store = benchStore(chosen);
const server = orThrow(await listen(prometheusTransport(store, () => endMsOf(chosen)), { port: 0 }));
process.stdout.write(`${server.url}\n`);
