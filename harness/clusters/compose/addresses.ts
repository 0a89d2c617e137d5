import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Random } from '../../../src/kernel/random.ts';

/** A network in CIDR form as two numbers. */
interface Block {
  readonly base: number;
  readonly bits: number;
}

/** Below the ports that Linux hands out by itself: one that is free now is not given to a stranger while its container is down. */
const portsFrom = 20_000;
const portsTo = 32_000;

/** So many ports of this machine on which nothing listens. */
export async function freePorts(count: number, random: Random): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count && tries < 20 * count + 200; tries++) {
    const port = portsFrom + random.below(portsTo - portsFrom);
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

/** A network of 256 addresses that overlaps with none of those given; its first three bytes, e.g. `10.213.7`. */
export function freeNetwork(taken: readonly string[], random: Random): string | undefined {
  const blocks = taken.flatMap((cidr) => blockOf(cidr) ?? []);
  for (let tries = 0; tries < 1_000; tries++) {
    const prefix = `10.${200 + random.below(51)}.${random.below(256)}`;
    const candidate = blockOf(`${prefix}.0/24`);
    if (candidate && !blocks.some((block) => overlap(block, candidate))) return prefix;
  }
  return undefined;
}

/** Networks that this machine reaches already: those of its interfaces and those it has routes to. */
export function reachedNetworks(): readonly string[] {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []).flatMap(({ cidr, family }) => (family === 'IPv4' && cidr ? [cidr] : []));
  return [...own, ...routes()];
}

/** Linux tells its routes as hexadecimal numbers with the lowest byte first; elsewhere there is no such file. */
function routes(): readonly string[] {
  let text: string;
  try {
    text = readFileSync('/proc/net/route', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').slice(1).flatMap((line) => {
    const [, destination = '', , , , , , mask = ''] = line.split('\t');
    const bits = mask.replace(/[^0-9A-F]/g, '') === '' ? 0 : [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === '1').length;
    const bytes = destination.match(/../g)?.toReversed().map((byte) => Number.parseInt(byte, 16));
    // The default route reaches everything and so excludes nothing.
    return bits === 0 || !bytes ? [] : [`${bytes.join('.')}/${bits}`];
  });
}

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
