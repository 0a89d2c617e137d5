import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** A network as its first address and the count of its fixed bits. */
interface Block {
  readonly base: number;
  readonly bits: number;
}

/** A network of 256 addresses that overlaps with none of those given; its first three bytes, e.g. `10.213.7`. Drawn, so that runs that begin together differ. */
export function freeNetwork(taken: readonly string[], draw: (bound: number) => number = randomInt): string | undefined {
  const blocks = taken.flatMap((cidr) => blockOf(cidr) ?? []);
  const start = draw(51 * 256);
  for (let i = 0; i < 51 * 256; i++) {
    const at = (start + i) % (51 * 256);
    const prefix = `10.${200 + Math.floor(at / 256)}.${at % 256}`;
    const candidate = blockOf(`${prefix}.0/24`);
    if (candidate && !blocks.some((block) => overlap(block, candidate))) return prefix;
  }
  return undefined;
}

/** Networks that this machine reaches already: those of its interfaces and those that it has routes to. */
export function reachedNetworks(): readonly string[] {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []).flatMap(({ cidr, family }) => (family === 'IPv4' && cidr ? [cidr] : []));
  return [...own, ...routedNetworks(readRoutes())];
}

/** Networks in Linux's table of routes, which writes numbers in hexadecimal with the lowest byte first. */
export function routedNetworks(table: string): readonly string[] {
  return table.split('\n').slice(1).flatMap((line) => {
    const [, destination = '', , , , , , mask = ''] = line.split('\t');
    const bits = [...(Number.parseInt(mask, 16) || 0).toString(2)].filter((bit) => bit === '1').length;
    // The default route reaches everything and so excludes nothing.
    return bits === 0 ? [] : [`${(destination.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)).join('.')}/${bits}`];
  });
}

function readRoutes(): string {
  try {
    return readFileSync('/proc/net/route', 'latin1');
  } catch {
    return '';
  }
}

/** Below the ports that systems hand out by themselves: one that is free now is not given to a stranger while its program is down. */
const portsFrom = 20_000;
const portsTo = 32_000;

/** So many ports of the loopback address on which nothing listens. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count && tries < 20 * count + 200; tries++) {
    const port = randomInt(portsFrom, portsTo);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

function blockOf(cidr: string): Block | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  return { base: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}

function overlap(one: Block, other: Block): boolean {
  const size = 2 ** (32 - Math.min(one.bits, other.bits));
  return Math.floor(one.base / size) === Math.floor(other.base / size);
}
