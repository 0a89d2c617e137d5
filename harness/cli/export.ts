import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { exportOpenMetrics } from '../telemetry/exposition-export.ts';
import type { MetricStore } from '../telemetry/store.ts';
import { userPath } from './places.ts';
import { openServed } from './serve/served.ts';

interface Flags {
  readonly out?: string;
}

/** Adds `lab export`. */
export function registerExport(program: Command): void {
  program
    .command('export')
    .description('write the telemetry of a finished run or a recording as OpenMetrics, for `promtool tsdb create-blocks-from openmetrics`')
    .argument('<run|recording>', 'a run bundle, a recording, or the name of one below recordings/')
    .option('--out <file>', 'where to write it (default: standard output); about 140 bytes a sample')
    .action(async (what: string, { out }: Flags) => {
      const { store } = orThrow(openServed(what, { dir: userPath(what) }), 2);
      await writeTo(out === undefined ? undefined : userPath(out), store);
    });
}

async function writeTo(path: string | undefined, store: MetricStore): Promise<void> {
  try {
    if (path === undefined) await pipeline(pieces(store), process.stdout, { end: false });
    else await pipeline(pieces(store), createWriteStream(path));
  } catch (error) {
    // A reader such as `head` that has seen enough is no failure.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    throw new LabError({ code: 'LAB_EXPORT', because: `${path ?? 'standard output'} cannot be written: ${(error as Error).message}`, advice: 'name a file in a folder that exists and has space' }, 4, { cause: error });
  }
}

const pieceLength = 1_000_000;

/** The export in pieces that are worth a write each. */
async function* pieces(store: MetricStore): AsyncGenerator<string> {
  let piece = '';
  for (const text of exportOpenMetrics(store)) {
    piece += text;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
