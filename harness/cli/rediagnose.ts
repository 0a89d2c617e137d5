import type { Command } from 'commander';
import { join } from 'node:path';
import { diagnosticianNamed } from '../../src/diagnosis/registry.ts';
import { toldTo } from '../../src/diagnosis/told.ts';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { isAsSealed } from '../history/digest.ts';
import { rediagnose } from '../lab/rediagnose.ts';
import { endCard } from '../reporting/card.ts';
import { exitCodeOf } from './exit.ts';
import { refreshIndex } from './index-page.ts';
import { interruptSignal } from './interrupt.ts';
import { lockFolder } from './out-lock.ts';
import { newRunDir, packageDir, shownPath, userPath } from './places.ts';
import { progressWriter } from './progress.ts';
import { resultDocument } from './result.ts';
import { terminalLooks } from './terminal.ts';

interface Flags {
  readonly diagnostician: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds `lab rediagnose`. */
export function registerRediagnose(program: Command): void {
  program
    .command('rediagnose')
    .description('explain the incident of an old bundle again, with another diagnostician; starts no cluster')
    .argument('<bundle>', 'a run bundle')
    .option('--diagnostician <spec>', 'rules[:causes] | claude[:model][,key=value…] | command:<program …> | replay:<bundle>', 'rules')
    .option('--out <dir>', 'where the new bundle goes (default: a new folder below reports/runs)')
    .option('--json', 'print one document, lab.result/v1')
    .action(async (bundle: string, flags: Flags) => {
      process.exitCode = await again(userPath(bundle), flags);
    });
}

async function again(from: string, flags: Flags): Promise<number> {
  const elapsed = stopwatch();
  const old = orThrow(readBundle(from), 2);
  if (!isAsSealed(from, old.run)) throw new LabError({ code: 'LAB_BUNDLE_CHANGED', because: `${from} is not as it was sealed: its files do not give the digest in its run.json`, advice: 'Another explanation of changed evidence proves nothing. Restore the bundle, or run the scenario again with its seed.' }, 2);
  const diagnostician = orThrow(await diagnosticianNamed(flags.diagnostician, { fromDir: userPath('.') }), 2);
  const ready = diagnostician.ready?.();
  if (ready && !ready.ok) throw new LabError(ready.failure, 4);
  const outDir = flags.out === undefined ? newRunDir(old.run.scenario.id, old.run.seed) : userPath(flags.out);
  if (outDir === from) throw new LabError({ code: 'LAB_USAGE', because: 'the new bundle would replace the one it comes from', advice: 'Name another folder.' }, 2);
  using _lock = flags.out === undefined ? undefined : lockFolder(outDir);
  const interrupt = interruptSignal();
  const bundle = await rediagnose({ from, old, diagnostician: toldTo(diagnostician, progressWriter(flags.json === true).tell), outDir, signal: interrupt.signal });
  interrupt.release();
  if (flags.out === undefined) refreshIndex(packageDir);
  const wallMs = elapsed();
  const exitCode = interrupt.exitCode() ?? exitCodeOf(bundle.run.state, bundle.run.scorecard);
  if (flags.json) process.stdout.write(`${JSON.stringify(resultDocument(bundle, outDir, { wallMs, exitCode }), null, 1)}\n`);
  else process.stdout.write(endCard({ bundle, bundlePath: shownPath(outDir), reportPath: shownPath(join(outDir, 'index.html')), wallMs, virtualMs: bundle.run.endMs - bundle.run.startMs }, terminalLooks(process.stdout)));
  return exitCode;
}
