import { LabError, orThrow } from '../../src/kernel/result.ts';
import type { Transport } from '../../src/ports/http.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { type HttpServer, listen } from '../telemetry/http-server.ts';

/** Serves a running cluster's metrics on `port`, its control plane on the next one, and each store's status port on those after it, for curl, Grafana or any agent. */
export async function listenBeside(ports: Ports, port: string): Promise<AsyncDisposable> {
  const first = Number(port);
  const all = served(ports);
  const highest = 65_536 - all.length;
  if (!/^\d+$/.test(port) || first > highest) throw new LabError({ code: 'LAB_USAGE', because: `--listen ${port} is not a port with room for ${all.length} servers`, advice: `Give a number from 0 to ${highest}; 0 takes free ones.` }, 2);
  const open: HttpServer[] = [];
  const closeAll = async (): Promise<void> => {
    for (const server of open.splice(0).reverse()) await server.close();
  };
  for (const { transport } of all) {
    const server = await listen(transport, { port: first === 0 ? 0 : first + open.length, onBug });
    if (!server.ok) await closeAll();
    open.push(orThrow(server));
  }
  process.stderr.write(`listening: ${all.map(({ name }, at) => `${name} ${open[at]?.url}`).join(', ')}, until the run ends\n`);
  return { [Symbol.asyncDispose]: closeAll };
}

/** What is served, in the order of the ports. Only TiKV's stores have an HTTP port of their own besides the control plane. */
const served = (ports: Ports): { readonly name: string; readonly transport: Transport }[] => [
  { name: 'metrics', transport: ports.metrics.transport },
  { name: 'control plane', transport: controlTransport(ports) },
  ...ports.inventory.filter(({ role }) => role === 'tikv').map(({ node }) => ({ name: node, transport: controlTransport(ports, node) })),
];

const controlTransport = (ports: Ports, node?: string): Transport => (request) => ports.controlPlane.request({ ...request, ...(node !== undefined && { node }) });

const onBug = (error: unknown): void => void process.stderr.write(`A bug in the lab met a request: ${error instanceof Error ? error.stack : String(error)}\n`);
