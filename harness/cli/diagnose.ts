import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { isInfrastructure, type Diagnosis } from '../../src/diagnosis/contract.ts';
import { diagnosticianNamed } from '../../src/diagnosis/registry.ts';
import { toldTo } from '../../src/diagnosis/told.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { parseSpan } from '../../src/kernel/units.ts';
import { openAnything, type Opened } from '../clusters/recorded/open-anything.ts';
import { writeAtomically } from '../history/files.ts';
import { diagnoseRecording, type Explained } from '../lab/diagnose-recording.ts';
import { writeDiagnosedBundle } from '../lab/diagnosed-bundle.ts';
import { renderRun } from '../reporting/page.ts';
import { explainAttached } from './attached/explain.ts';
import { addAttachFlags, type AttachFlags } from './attached/flags.ts';
import { diagnosisText } from './diagnose/text.ts';
import { subjectOf } from './diagnose/subject-of.ts';
import { refreshIndex } from './index-page.ts';
import { interruptSignal } from './interrupt.ts';
import { newRunDir, packageDir, shownPath, userPath } from './places.ts';
import { progressWriter } from './progress.ts';

interface Flags extends AttachFlags {
  readonly recording?: string;
  readonly bundle?: string;
  readonly at?: string;
  readonly diagnostician: string;
  readonly causes?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds `lab diagnose`. */
export function registerDiagnose(program: Command): void {
  addAttachFlags(program.command('diagnose').description('explain the incident in a recording of a real cluster, in a run bundle, or on a running cluster that is only looked at; nothing is scored'))
    .option('--recording <dir>', 'a recording: imported, or raw (metrics.jsonl.gz, control.jsonl.gz, logs/)')
    .option('--bundle <dir>', 'a run bundle')
    .option('--at <when>', 'diagnose at this span after the start (90s), or at this instant (ISO time or epoch ms); default: when the monitor would hand the incident over')
    .option('--diagnostician <spec>', 'rules[:causes] | claude[:model][,key=value…] | command:<program …> | replay:<bundle>', 'rules')
    .option('--causes <dir>', 'cause files of your own beside those of the rules (docs/agents.md)')
    .option('--out <dir>', 'where the page and its bundle go (default: a new folder below reports/runs; none with --json)')
    .option('--json', 'print one document, {"diagnosis": …}')
    .addHelpText('after', '\nExit codes: 0 diagnosed (also when nothing is wrong), 1 the diagnostician failed, 3 the evidence does not decide, 4 it is not available.\n\nExamples:\n  npx lab diagnose --recording recordings/store-kill\n  npx lab diagnose --recording ./outage --at 90s --json\n  npx lab diagnose --attach pd=http://10.0.1.1:2379,prometheus=http://10.0.1.9:9090 --for 2m')
    .action(async (flags: Flags) => {
      process.exitCode = await diagnoseAndSay(flags);
    });
}

async function diagnoseAndSay(flags: Flags): Promise<number> {
  if (flags.attach !== undefined) return diagnoseAttached(flags);
  const dir = userPath(folderOf(flags));
  const opened = orThrow(openAnything(dir), 2);
  const atMs = flags.at === undefined ? undefined : instantOf(flags.at, opened);
  const diagnostician = orThrow(await diagnosticianNamed(specOf(flags), { fromDir: userPath('.') }), 2);
  const ready = diagnostician.ready?.();
  if (ready && !ready.ok) throw new LabError(ready.failure, 4);
  const subject = subjectOf(opened);
  const interrupt = interruptSignal();
  const explained = await diagnoseRecording({ opened, subject, diagnostician: toldTo(diagnostician, progressWriter(flags.json === true).tell), signal: interrupt.signal, ...(atMs !== undefined && { atMs }) });
  interrupt.release();
  const page = flags.json && flags.out === undefined ? undefined : await writePage({ opened, subject, diagnostician, explained, name: basename(dir) }, flags.out);
  const { outcome } = explained;
  if (!outcome.ok) throw new LabError(outcome.failure, isInfrastructure(outcome.failure) ? 4 : 1);
  process.stdout.write(flags.json ? `${JSON.stringify({ diagnosis: outcome.value }, null, 1)}\n` : diagnosisText(outcome.value, { explained, opened, ...(page !== undefined && { page }) }));
  return exitCodeOf(outcome.value);
}

/** A runbook belongs to the rules; another diagnostician has its own ways of being taught. */
function specOf({ diagnostician, causes }: Flags): string {
  if (causes === undefined) return diagnostician;
  if (diagnostician === 'rules') return `rules:${causes}`;
  throw new LabError({ code: 'LAB_USAGE', because: `--causes is for the rules, not for ${diagnostician}`, advice: 'Leave one of the two out.' }, 2);
}

const exitCodeOf = ({ verdict }: Diagnosis): number => (verdict === 'insufficient-evidence' ? 3 : 0);

async function diagnoseAttached(flags: Flags): Promise<number> {
  if (flags.recording !== undefined || flags.bundle !== undefined || flags.at !== undefined) throw new LabError({ code: 'LAB_USAGE', because: '--attach looks at a running cluster as it is now', advice: 'Leave --recording, --bundle and --at out.' }, 2);
  const diagnostician = orThrow(await diagnosticianNamed(specOf(flags), { fromDir: userPath('.') }), 2);
  const ready = diagnostician.ready?.();
  if (ready && !ready.ok) throw new LabError(ready.failure, 4);
  const { diagnosis, text } = await explainAttached(flags, toldTo(diagnostician, progressWriter(flags.json === true).tell));
  process.stdout.write(flags.json ? `${JSON.stringify({ diagnosis }, null, 1)}\n` : text);
  return exitCodeOf(diagnosis);
}

function folderOf({ recording, bundle }: Flags): string {
  const dir = recording ?? bundle;
  if (dir === undefined) throw new LabError({ code: 'LAB_USAGE', because: 'no incident is named', advice: 'Name one with --recording <dir> or --bundle <dir>.' }, 2);
  if (recording !== undefined && bundle !== undefined) throw new LabError({ code: 'LAB_USAGE', because: '--recording and --bundle name two incidents', advice: 'Leave one of the two out.' }, 2);
  return dir;
}

/** A span counts from the first instant; what lies outside the window is refused, since nothing was recorded there. */
function instantOf(text: string, { span }: Opened): Millis {
  const spanMs = parseSpan(text);
  const instantMs = spanMs !== undefined ? span.startMs + spanMs : /^\d{12,}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(instantMs)) throw new LabError({ code: 'LAB_USAGE', because: `--at ${text} is neither a span nor an instant`, advice: 'Write 90s, 2m, 2026-11-23T20:56:30Z or epoch milliseconds.' }, 2);
  if (instantMs > span.startMs && instantMs <= span.endMs) return instantMs;
  const seconds = Math.round((span.endMs - span.startMs) / 1000);
  throw new LabError({ code: 'LAB_USAGE', because: `--at ${text} is outside the recording`, advice: `It covers ${seconds} s from ${new Date(span.startMs).toISOString()}.` }, 2);
}

async function writePage(shown: Omit<Parameters<typeof writeDiagnosedBundle>[0], 'outDir'> & { readonly explained: Explained }, out: string | undefined): Promise<string> {
  const outDir = out === undefined ? newRunDir(`diagnose-${shown.name}`, 1) : userPath(out);
  const bundle = orThrow(await writeDiagnosedBundle({ ...shown, outDir }), 4);
  writeAtomically(join(outDir, 'index.html'), renderRun(bundle));
  if (out === undefined) refreshIndex(packageDir);
  return shownPath(join(outDir, 'index.html'));
}
