import { closeSync, openSync, writeSync } from 'node:fs';
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
    .action((what: string, { out }: Flags) => {
      const { store } = orThrow(openServed(what, { dir: userPath(what) }), 2);
      writeTo(out === undefined ? undefined : userPath(out), store);
    });
}

function writeTo(path: string | undefined, store: MetricStore): void {
  let file = 1;
  try {
    if (path !== undefined) file = openSync(path, 'w');
    writeAll(file, store);
  } catch (error) {
    // A reader such as `head` that has seen enough is no failure.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    throw new LabError({ code: 'LAB_EXPORT', because: `${path ?? 'standard output'} cannot be written: ${(error as Error).message}`, advice: 'name a file in a folder that exists and has space' }, 4, { cause: error });
  } finally {
    if (file !== 1) closeSync(file);
  }
}

const pieceLength = 1_000_000;

function writeAll(file: number, store: MetricStore): void {
  let piece = '';
  for (const text of exportOpenMetrics(store)) {
    piece += text;
    if (piece.length >= pieceLength) {
      writeWhole(file, piece);
      piece = '';
    }
  }
  writeWhole(file, piece);
}

/** A pipe may take less than it is given. */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(file, bytes, done);
}
