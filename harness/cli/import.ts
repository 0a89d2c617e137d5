import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Command } from 'commander';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { parseSpan } from '../../src/kernel/units.ts';
import { importRecording, type ImportOptions, type ImportSummary } from '../clusters/recorded/import-recording.ts';
import { readRawMeta } from '../clusters/recorded/raw-recording.ts';
import { writeAtomically } from '../history/files.ts';
import { importBundle, isBundle, type ImportedBundle } from './import/from-bundle.ts';
import { clusterLine, scenarioOf } from './import/scenario-of.ts';
import { packageDir, shownPath, userPath } from './places.ts';

interface Flags {
  readonly name?: string;
  readonly scenario?: string;
  readonly out?: string;
  readonly until?: string;
  readonly quality: string;
  readonly force?: boolean;
}

/** `lab import`: brings a raw recording of a real outage, or what `lab record` wrote, into the repository's form. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description('turn what `lab record` or `lab run` wrote, or a raw recording of a real cluster, into a recording that scenarios can replay')
    .argument('<dir>', 'a run bundle; or the folder of one raw recording: meta.json, metrics.jsonl.gz, control.jsonl.gz, logs/')
    .option('--out <dir>', 'where to put it (default: recordings/NAME, for TiKV without the subject in front)')
    .option('--name <name>', 'of a bundle: what the recording and its scenario are called (default: after the scenario)')
    .option('--scenario <file>', 'of a bundle: where its scenario file goes (default: scenarios/recorded/NAME.yaml; beside the recording while nobody has told the truth)')
    .option('--until <span>', 'keep only this long from its start, e.g. 109s')
    .option('--quality <n>', 'Brotli quality, 0 to 11; 11 is small and slow', '11')
    .option('--force', 'replace an earlier import')
    .action(async (dir: string, flags: Flags) => {
      if (isBundle(userPath(dir))) {
        process.stdout.write(await bringBundle(userPath(dir), flags));
        return;
      }
      const outDir = flags.out ?? join('recordings', defaultName(dir));
      const summary = orThrow(await importRecording(dir, outDir, optionsOf(flags)), 2);
      process.stdout.write(describeImport(summary));
    });
}

async function bringBundle(dir: string, flags: Flags): Promise<string> {
  const recording = flags.name ?? nameOf(dir);
  if (!/^[a-z][a-z0-9-]*$/.test(recording)) throw usage(`--name ${recording}`, 'give lower-case words joined by hyphens');
  const outDir = flags.out === undefined ? join(packageDir, 'recordings', recording) : userPath(flags.out);
  const imported = orThrow(await importBundle(dir, outDir, optionsOf(flags)), 2);
  const { run, answer } = imported.bundle;
  const atHome = answer ? join(packageDir, 'scenarios', 'recorded', `${recording}.yaml`) : join(outDir, 'scenario.yaml');
  const file = flags.scenario === undefined ? atHome : userPath(flags.scenario);
  if (existsSync(file) && !flags.force) throw new LabError({ code: 'LAB_IMPORT_EXISTS', because: `${file} exists already`, advice: 'name another with --scenario, or replace it with --force' }, 2);
  writeAtomically(file, scenarioOf(imported.bundle, recording));
  return `${describeImport(imported)}${hintsOf(imported, { recording, file, played: run.cluster !== 'attach' })}`;
}

function hintsOf({ bundle }: ImportedBundle, { recording, file, played }: { readonly recording: string; readonly file: string; readonly played: boolean }): string {
  if (!bundle.answer) return `fill in the truth in ${shownPath(file)} and move it below scenarios/recorded/\n`;
  return `scenario ${shownPath(file)}\n${played ? `or let ${bundle.run.scenario.id} take it where it cannot be played, by one more line below its cluster:\n${clusterLine(bundle, recording)}\n` : ''}`;
}

/** `etcd/leader-killed` becomes `etcd-leader-killed`. */
function nameOf(dir: string): string {
  const { scenario } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as { scenario: { id: string } };
  return scenario.id.replaceAll('/', '-').replaceAll(/[^a-z0-9-]/g, '-');
}

/** The recordings of TiKV were there first and have the short names; those of every other database say which it was. */
function defaultName(dir: string): string {
  const { recording, subject } = orThrow(readRawMeta(dir), 2);
  const short = basename(recording).replace(new RegExp(`^${subject}-`), '');
  return subject === 'tikv' ? short : `${subject}-${short}`;
}

function optionsOf(flags: Flags): ImportOptions {
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
