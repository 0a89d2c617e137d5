import type { Command } from 'commander';
import { basename, join } from 'node:path';
import { diagnosticianNamed } from '../../src/diagnosis/registry.ts';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { formatSpan } from '../../src/kernel/units.ts';
import type { Ticket } from '../../src/tickets/contract.ts';
import type { Bundle } from '../history/bundle.ts';
import { writeAtomically } from '../history/files.ts';
import { perform } from '../lab.ts';
import { runAttached } from '../lab/attached.ts';
import { renderRun } from '../reporting/page.ts';
import { addAttachFlags, attachTo, type AttachFlags } from './attached/flags.ts';
import { onChosenCluster } from './chosen-cluster.ts';
import { chosenScenario } from './chosen-scenario.ts';
import { refreshIndex } from './index-page.ts';
import { interruptSignal } from './interrupt.ts';
import { newRunDir, packageDir, shownPath, userPath } from './places.ts';
import { progressWriter } from './progress.ts';

interface RecordFlags extends AttachFlags {
  readonly cluster?: string;
  readonly scenarioFile?: string;
  readonly seed: string;
  readonly out?: string;
  readonly quiet?: boolean;
}

/** Adds `lab record`. */
export function registerRecord(program: Command): void {
  addAttachFlags(
    program
      .command('record')
      .description('record an incident: of a running cluster that is only looked at, or of a scenario on a cluster that the lab starts')
      .argument('[scenario]', 'a scenario to play; without one, --attach names a running cluster'),
  )
    .option('--cluster <kind>', 'process | compose | twin, of those that the scenario lists (default: the best that this machine can give)')
    .option('--scenario-file <file>', 'a scenario outside the repository')
    .option('--seed <n>', 'decides what is struck', '1')
    .option('--out <dir>', 'where the bundle goes (default: a new folder below reports/runs)')
    .option('--quiet', 'print one line')
    .addHelpText('after', '\nAfterwards: `lab diagnose --bundle DIR` explains it, `lab import DIR --name NAME` makes a recording and a scenario of it.\n\nExamples:\n  npx lab record --attach pd=http://10.0.1.1:2379,prometheus=http://10.0.1.9:9090 --for 10m --out outage\n  npx lab record --attach etcd=https://10.0.1.1:2379 --ca ca.pem --cert me.pem --key me.key --for 5m\n  npx lab record etcd/leader-killed --cluster process --out leader-killed')
    .action(async (scenario: string | undefined, flags: RecordFlags) => {
      process.exitCode = await record(scenario, flags);
    });
}

async function record(scenario: string | undefined, flags: RecordFlags): Promise<number> {
  const attached = flags.attach !== undefined || flags.pd !== undefined;
  if (attached && scenario !== undefined) throw usage('a scenario breaks a cluster, and an attached one is only looked at', 'leave the scenario out, or --attach');
  return attached ? recordAttached(flags) : recordScenario(scenario, flags);
}

async function recordAttached(flags: RecordFlags): Promise<number> {
  const { forMs, ...attachment } = await attachTo(flags, '10m');
  await using cluster = attachment.cluster;
  const name = `attached-${attachment.subject.name}`;
  const outDir = flags.out === undefined ? newRunDir(name, 1) : userPath(flags.out);
  const interrupt = interruptSignal();
  if (!flags.quiet) say(`looking at ${cluster.nodes().map(({ id }) => id).join(', ')} for ${formatSpan(forMs)}; Ctrl-C ends it earlier and keeps what was seen`);
  const result = await runAttached({ ...attachment, cluster, name, forMs, outDir, signal: interrupt.signal, onTicket: flags.quiet ? () => {} : tell });
  interrupt.release();
  const { bundle } = orThrow(result, 4);
  finish(bundle, outDir, flags);
  return 0;
}

/** The diagnosis is of no account here: what is wanted is the incident. */
async function recordScenario(name: string | undefined, flags: RecordFlags): Promise<number> {
  const scenario = await onChosenCluster(chosenScenario(name, flags.scenarioFile), flags.cluster, say);
  if (scenario.cluster.kind === 'recorded') throw usage(`${scenario.id} would be played from a recording here, and that is one already`, 'ask for another --cluster, on a machine that can start one');
  if (!/^\d+$/.test(flags.seed)) throw usage(`--seed takes a whole number, not "${flags.seed}"`, 'give one');
  const seed = Number(flags.seed);
  const outDir = flags.out === undefined ? newRunDir(scenario.id, seed) : userPath(flags.out);
  const diagnostician = orThrow(await diagnosticianNamed('rules', { fromDir: userPath('.') }), 2);
  const interrupt = interruptSignal();
  const progress = progressWriter(flags.quiet === true);
  progress.start(scenario, seed, diagnostician);
  const { bundle } = await perform({ scenario, seed, diagnostician, outDir, signal: interrupt.signal, onEvent: progress.event });
  interrupt.release();
  const { state, because } = bundle.run;
  if (state === 'infra-error') throw new LabError({ code: 'LAB_RECORD', because }, 4);
  if (state === 'invalid-injection' || state === 'no-symptom') throw new LabError({ code: 'LAB_RECORD', because: `this is no incident worth keeping: ${because}` }, 3);
  finish(bundle, outDir, flags);
  return interrupt.exitCode() ?? 0;
}

function finish(bundle: Bundle, outDir: string, { out, quiet }: RecordFlags): void {
  if (bundle.run.cluster === 'attach') writeAtomically(join(outDir, 'index.html'), renderRun(bundle));
  if (out === undefined) refreshIndex(packageDir);
  const dir = shownPath(outDir);
  process.stdout.write(quiet ? `${dir}\n` : `recorded ${formatSpan(bundle.run.endMs - bundle.run.startMs)} into ${dir}\n\n  npx lab diagnose --bundle ${dir}\n  npx lab import ${dir} --name ${basename(outDir)}\n`);
}

function tell(kind: 'ticket-opened' | 'ticket-resolved', { key, detail }: Ticket): void {
  say(`${kind === 'ticket-opened' ? 'opened   ' : 'resolved '} ${key}: ${detail}`);
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const usage = (because: string, advice: string): LabError => new LabError({ code: 'LAB_USAGE', because, advice }, 2);
