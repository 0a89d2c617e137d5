import { LabError, orThrow } from '../../src/kernel/result.ts';
import type { Transport } from '../../src/ports/http.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { type HttpServer, listen } from '../telemetry/http-server.ts';

/** Serves a running cluster's metrics on `port` and its control plane on the next one, for curl, Grafana or any agent. */
export async function listenBeside(ports: Ports, port: string): Promise<AsyncDisposable> {
  const first = Number(port);
  if (!/^\d+$/.test(port) || first > 65_534) throw new LabError({ code: 'LAB_USAGE', because: `--listen ${port} is not a port`, advice: 'Give a number from 0 to 65534; 0 takes free ones.' }, 2);
  const metrics = orThrow(await listen(ports.metrics.transport, { port: first, onBug }));
  const control = orThrow(await listenOrClose(metrics, controlTransport(ports), first === 0 ? 0 : first + 1));
  process.stderr.write(`listening: metrics ${metrics.url}, control plane ${control.url}, until the run ends\n`);
  return {
    [Symbol.asyncDispose]: async () => {
      await control.close();
      await metrics.close();
    },
  };
}

const controlTransport = (ports: Ports): Transport => (request) => ports.controlPlane.request(request);

async function listenOrClose(first: HttpServer, transport: Transport, port: number): ReturnType<typeof listen> {
  const second = await listen(transport, { port, onBug });
  if (!second.ok) await first.close();
  return second;
}

const onBug = (error: unknown): void => void process.stderr.write(`A bug in the lab met a request: ${error instanceof Error ? error.stack : String(error)}\n`);
