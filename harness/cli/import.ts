import { basename, join, relative } from 'node:path';
import type { Command } from 'commander';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { parseSpan } from '../../src/kernel/units.ts';
import { importRecording, type ImportSummary } from '../clusters/recorded/import-recording.ts';
import { readRawMeta } from '../clusters/recorded/raw-recording.ts';

interface Flags {
  readonly out?: string;
  readonly until?: string;
  readonly quality: string;
  readonly force?: boolean;
}

/** `lab import`: brings a raw recording of a real outage into the repository's form. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description('turn a raw recording of a real cluster into a recording that scenarios can replay')
    .argument('<dir>', 'folder of one raw recording: meta.json, metrics.jsonl.gz, control.jsonl.gz, logs/')
    .option('--out <dir>', 'where to put it (default: recordings/NAME, for TiKV without the subject in front)')
    .option('--until <span>', 'keep only this long from its start, e.g. 109s')
    .option('--quality <n>', 'Brotli quality, 0 to 11; 11 is small and slow', '11')
    .option('--force', 'replace an earlier import')
    .action(async (dir: string, flags: Flags) => {
      const outDir = flags.out ?? join('recordings', defaultName(dir));
      const summary = orThrow(await importRecording(dir, outDir, optionsOf(flags)), 2);
      process.stdout.write(describeImport(summary));
    });
}

/** The recordings of TiKV were there first and have the short names; those of every other database say which it was. */
function defaultName(dir: string): string {
  const { recording, subject } = orThrow(readRawMeta(dir), 2);
  const short = basename(recording).replace(new RegExp(`^${subject}-`), '');
  return subject === 'tikv' ? short : `${subject}-${short}`;
}

function optionsOf(flags: Flags): Parameters<typeof importRecording>[2] {
  const quality = Number(flags.quality);
  if (!Number.isInteger(quality) || quality < 0 || quality > 11) throw usage(`--quality ${flags.quality}`, 'give a whole number from 0 to 11');
  const untilMs = flags.until === undefined ? undefined : parseSpan(flags.until);
  if (flags.until !== undefined && untilMs === undefined) throw usage(`--until ${flags.until}`, 'give a span such as 109s or 2m');
  return { quality, force: flags.force ?? false, ...(untilMs !== undefined && { untilMs }) };
}

const usage = (what: string, advice: string): LabError => new LabError({ code: 'LAB_USAGE', because: `${what} is not understood`, advice }, 2);

function describeImport({ dir, script, files }: ImportSummary): string {
  const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
  const seconds = Math.round((script.endMs - script.startMs) / 1000);
  return `imported ${script.source} into ${relative('.', dir) || dir}: ${seconds} s, ${files.size} files, ${Math.ceil(bytes / 1000)} kB\n`;
}
