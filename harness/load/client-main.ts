import { createInterface } from 'node:readline';
import type { Clock } from '../../src/kernel/clock.ts';
import { Random } from '../../src/kernel/random.ts';
import { stopwatch, wallClock } from '../../src/kernel/wall-clock.ts';
import { EtcdClient } from './etcd/etcd-client.ts';
import { Generator } from './generator.ts';
import { orderSchema, type News, type Order } from './messages.ts';
import type { Requester, RequesterOptions } from './requester.ts';
import { TikvClient } from './tikv/tikv-client.ts';

/** How long the first connection may take. */
const connectWithinMs = 15_000;

const clients: Readonly<Record<string, (options: RequesterOptions, clock: Clock) => Requester>> = {
  etcd: (options, clock) => new EtcdClient(options, clock),
  tikv: (options, clock) => new TikvClient(options, clock),
};

/** The load generator's program: orders come as lines of JSON on standard input, seconds go out the same way. It ends with its input. */
async function main(): Promise<void> {
  const stop = new AbortController();
  let generator: Generator | undefined;
  const lines = createInterface({ input: process.stdin });
  process.stdout.on('error', () => process.exit(0));
  // Nobody listens any more: requests that still wait are of no use to anyone, and neither is a connection that is being made.
  lines.once('close', () => process.exit(0));
  for await (const line of lines) {
    const order = orderSchema.parse(JSON.parse(line));
    if (order.kind === 'set') generator?.set(order.load);
    else generator = await begin(order, stop.signal);
  }
}

async function begin({ subject, endpoints, seed, load }: Extract<Order, { kind: 'start' }>, signal: AbortSignal): Promise<Generator | undefined> {
  const clock = fineClock();
  const requester = clients[subject]?.({ endpoints, seed }, clock);
  const failure = requester ? await requester.connect(connectWithinMs) : { code: 'LAB_LOAD_SUBJECT', because: `there is no load client for ${subject}` };
  if (failure || !requester) {
    if (failure) tell({ kind: 'failed', failure });
    return undefined;
  }
  const generator = new Generator({ requester, clock, random: Random.fromSeed(seed), load });
  tell({ kind: 'ready' });
  void generator.run((second) => tell({ kind: 'second', second }), signal);
  return generator;
}

/** Wall time in parts of a millisecond, undisturbed when somebody moves the machine's clock. */
function fineClock(): Clock {
  const startMs = wallClock.now();
  const elapsedMs = stopwatch();
  return { now: () => startMs + elapsedMs(), sleep: wallClock.sleep };
}

const tell = (news: News): void => void process.stdout.write(`${JSON.stringify(news)}\n`);

await main();
