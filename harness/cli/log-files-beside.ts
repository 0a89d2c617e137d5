import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Millis } from '../../src/kernel/clock.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { Ports } from '../../src/ports/ports.ts';

const everyMs: Millis = 200;
/** More lines than a node writes between two looks. */
const linesMax = 100_000;

/** Writes every node's log to `<dir>/<node>.log` while a cluster lives, as its host would hold it. */
export async function logFilesBeside({ logs, inventory }: Ports, dir: string): Promise<AsyncDisposable> {
  mkdirSync(dir, { recursive: true });
  const written = new Map(inventory.map(({ node }) => [node, 0]));
  for (const node of written.keys()) writeFileSync(fileOf(dir, node), '');
  const writeNew = async (): Promise<void> => {
    for (const [node, count] of written) {
      const found = await logs.search({ node, limit: linesMax });
      if (!found.ok) continue;
      const { lines, matched } = found.value;
      const fresh = lines.slice(Math.max(0, lines.length - (matched - count)));
      if (fresh.length > 0) appendFileSync(fileOf(dir, node), fresh.map(({ raw }) => `${raw}\n`).join(''));
      written.set(node, matched);
    }
  };
  const ended = new AbortController();
  const writing = keepWriting(writeNew, ended.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await writing;
      await writeNew();
    },
  };
}

async function keepWriting(writeNew: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await writeNew();
    await wallClock.sleep(everyMs, signal).catch(() => {});
  }
}

const fileOf = (dir: string, node: string): string => join(dir, `${node}.log`);
