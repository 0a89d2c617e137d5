import type { Command } from 'commander';
import { join } from 'node:path';
import { diagnosticianNamed } from '../../src/diagnosis/registry.ts';
import { toldTo } from '../../src/diagnosis/told.ts';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { perform, type PerformOptions } from '../lab.ts';
import { isVirtual } from '../lab/choose-cluster.ts';
import { endCard } from '../reporting/card.ts';
import type { Scenario } from '../scenario/schema.ts';
import { onChosenCluster } from './chosen-cluster.ts';
import { chosenScenario } from './chosen-scenario.ts';
import { exitCodeOf } from './exit.ts';
import { explainText, explanationOf } from './explain.ts';
import { refreshIndex } from './index-page.ts';
import { interruptSignal } from './interrupt.ts';
import { packageDir, newRunDir, shownPath, userPath } from './places.ts';
import { progressWriter } from './progress.ts';
import { resultDocument } from './result.ts';
import { collected, readRuleFiles } from './serve/rule-files.ts';
import { terminalLooks } from './terminal.ts';

interface RunFlags {
  readonly seed: string;
  readonly diagnostician?: string;
  readonly out?: string;
  readonly scenarioFile?: string;
  readonly cluster?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly dryRun?: boolean;
  readonly listen?: string;
  readonly speed?: string;
  readonly logFiles?: string;
  readonly rules: readonly string[];
}

/** Adds `lab run`. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run one scenario: break, watch, diagnose, judge, report')
    .argument('[scenario]', 'tikv/store-down, or just store-down')
    .option('--seed <n>', 'decides what is struck and every draw of the model', '1')
    .option('--diagnostician <spec>', 'rules[:causes] | claude[:model][,key=value…] | command:<program …> | replay:<bundle> (default: claude with a key, else rules)')
    .option('--scenario-file <file>', 'a scenario outside the repository')
    .option('--cluster <kind>', 'twin | recorded | process | compose, of those that the scenario lists (default: the best that this machine can give)')
    .option('--out <dir>', 'where the bundle goes (default: a new folder below reports/runs)')
    .option('--listen <port>', 'answer Prometheus\' API on this loopback port while the run lasts, the control plane\'s on the next one, and each TiKV store\'s status API on those after it; 0 takes free ones')
    .option('--speed <n>', 'let n seconds of the twin or of a recording pass in a second, so that others can look in meanwhile (default: as fast as it goes)')
    .option('--log-files <dir>', 'write the nodes\' logs there while the run lasts, for whoever looks in')
    .option('--rules <file>', 'a Prometheus rule file that the monitoring of a twin, a recording or processes runs, so that its alerts are there for the operator; may be given again', collected, [])
    .option('--json', 'print one document, lab.result/v1')
    .option('--quiet', 'print one line')
    .option('--dry-run', 'say what would happen and start nothing')
    .addHelpText('after', '\nExamples:\n  npx lab run store-down --seed 4\n  npx lab run recorded/store-kill --json\n  npx lab run store-down --listen 9090 --speed 5    # and look in: docs/agents.md\n  npx lab run store-down --diagnostician "command:python3 agent.py"')
    .action(async (name: string | undefined, flags: RunFlags) => {
      process.exitCode = await run(name, flags);
      leave();
    });
}

async function run(name: string | undefined, flags: RunFlags): Promise<number> {
  const seed = seedOf(flags.seed);
  const scenario = await onChosenCluster(chosenScenario(name, flags.scenarioFile), flags.cluster, flags.quiet === true ? () => {} : note);
  if (flags.dryRun) {
    process.stdout.write(flags.json ? `${JSON.stringify(explanationOf(scenario), null, 1)}\n` : explainText(scenario));
    return 0;
  }
  const diagnostician = orThrow(await diagnosticianNamed(flags.diagnostician ?? defaultDiagnostician(), { fromDir: userPath('.') }), 2);
  const outDir = flags.out === undefined ? newRunDir(scenario.id, seed) : userPath(flags.out);
  using _lock = flags.out === undefined ? undefined : (await import('./out-lock.ts')).lockFolder(outDir);
  const interrupt = interruptSignal();
  const progress = progressWriter(flags.quiet === true);
  progress.start(scenario, seed, diagnostician);
  const { bundle, wallMs } = await perform({ scenario, seed, diagnostician: toldTo(diagnostician, progress.tell), outDir, signal: interrupt.signal, onEvent: progress.event, ...besideOf(flags), ...speedOf(flags, scenario), ...rulesOf(flags, scenario) });
  interrupt.release();
  if (flags.out === undefined) refreshIndex(packageDir);

  const exitCode = interrupt.exitCode() ?? exitCodeOf(bundle.run.state, bundle.run.scorecard);
  const shown = { bundle, bundlePath: shownPath(outDir), reportPath: shownPath(join(outDir, 'index.html')), wallMs, virtualMs: bundle.run.endMs - bundle.run.startMs, ...(flags.scenarioFile !== undefined && { scenarioPath: shownPath(userPath(flags.scenarioFile)) }) };
  if (flags.json) process.stdout.write(`${JSON.stringify(resultDocument(bundle, outDir, { wallMs, exitCode }), null, 1)}\n`);
  else if (flags.quiet) process.stdout.write(`${bundle.run.scorecard?.verdict ?? 'ERROR'}  ${scenario.id}  ${bundle.run.scorecard?.score ?? '-'}  ${shown.reportPath}\n`);
  else process.stdout.write(endCard(shown, terminalLooks(process.stdout)));
  return exitCode;
}

/** All is told and written. What the engine is still optimising beside us would be waited for, and nobody will run it. */
function leave(): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Servers and files for whoever looks in; they end with the cluster. Few ask for them, and a server brings all of Node's HTTP: they are loaded then. */
function besideOf({ listen, logFiles }: RunFlags): Pick<PerformOptions, 'beside'> {
  if (listen === undefined && logFiles === undefined) return {};
  return {
    beside: async (ports) => {
      const all = new AsyncDisposableStack();
      if (logFiles !== undefined) all.use(await (await import('./log-files-beside.ts')).logFilesBeside(ports, userPath(logFiles)));
      if (listen !== undefined) all.use(await (await import('./listen.ts')).listenBeside(ports, listen));
      return all;
    },
  };
}

function speedOf({ speed }: RunFlags, { cluster }: Pick<Scenario, 'cluster'>): Pick<PerformOptions, 'speed'> {
  if (speed === undefined) return {};
  if (!isVirtual(cluster)) throw new LabError({ code: 'LAB_USAGE', because: `--speed is for a twin or a recording; a ${cluster.kind} cluster has the time of the wall`, advice: 'Leave it out.' }, 2);
  const factor = Number(speed);
  if (factor > 0 && Number.isFinite(factor)) return { speed: factor };
  throw new LabError({ code: 'LAB_USAGE', because: `--speed takes a number above 0, not "${speed}"`, advice: 'Write --speed 5 to see five seconds pass in one, or leave it out to go as fast as it can.' }, 2);
}

/** Clusters with a monitoring that the lab does not run have the rules that they have. */
function rulesOf({ rules }: RunFlags, { cluster }: Pick<Scenario, 'cluster'>): Pick<PerformOptions, 'rules'> {
  if (rules.length === 0) return {};
  if (!isVirtual(cluster) && cluster.kind !== 'process') throw new LabError({ code: 'LAB_USAGE', because: `--rules runs rules over a twin, a recording or processes, not over a ${cluster.kind} cluster`, advice: 'Leave it out, or choose another --cluster.' }, 2);
  return { rules: orThrow(readRuleFiles(rules), 2) };
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw new LabError({ code: 'LAB_USAGE', because: `--seed takes a whole number, not "${text}"`, advice: 'Write --seed 4, or leave it out for seed 1.' }, 2);
}

const defaultDiagnostician = (): string => ((process.env['ANTHROPIC_API_KEY'] ?? '') === '' ? 'rules' : 'claude');
