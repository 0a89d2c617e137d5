import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { Engine } from './engine.ts';

/**
 * Follows what a container writes, line by line, until the signal and over its restarts: a stream of the engine ends
 * with the container's process, and is opened again where it ended.
 */
export async function followLogs(engine: Engine, id: string, { onLine, signal }: { readonly onLine: (line: string) => void; readonly signal: AbortSignal }): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    try {
      const stream = await engine.api.getContainer(id).logs({ follow: true, stdout: true, stderr: true, timestamps: true, since: secondOf(last), abortSignal: signal });
      for await (const line of linesOf(stream as unknown as AsyncIterable<Buffer>)) {
        const blank = line.indexOf(' ');
        // The engine begins a later stream at the whole second, so lines that came already come again.
        if (line.slice(0, blank) <= last) continue;
        last = line.slice(0, blank);
        onLine(line.slice(blank + 1));
      }
    } catch {
      // The container or the engine is gone; whoever runs the cluster notices that by itself.
    }
    await wallClock.sleep(500, signal).catch(() => {});
  }
}

const secondOf = (stamp: string): number => (stamp === '' ? 0 : Math.floor(Date.parse(stamp) / 1000));

/** The lines of a stream of the engine: frames of two sources, each with a header of eight bytes that ends with its length. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let bytes: Buffer = Buffer.alloc(0);
  const unfinished = new Map<number, string>();
  for await (const chunk of stream) {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    while (bytes.length >= 8) {
      const end = 8 + bytes.readUInt32BE(4);
      if (bytes.length < end) break;
      const source = bytes.readUInt8(0);
      const lines = ((unfinished.get(source) ?? '') + bytes.toString('utf8', 8, end)).split('\n');
      unfinished.set(source, lines.pop() ?? '');
      yield* lines;
      bytes = bytes.subarray(end);
    }
  }
}
