import { join } from 'node:path';
import { isInfrastructure, type Diagnosis, type Diagnostician } from '../../../src/diagnosis/contract.ts';
import { LabError, orThrow } from '../../../src/kernel/result.ts';
import { formatSpan } from '../../../src/kernel/units.ts';
import { writeAtomically } from '../../history/files.ts';
import { runAttached } from '../../lab/attached.ts';
import { renderRun } from '../../reporting/page.ts';
import { diagnosisText } from '../diagnose/text.ts';
import { refreshIndex } from '../index-page.ts';
import { interruptSignal } from '../interrupt.ts';
import { newRunDir, packageDir, shownPath, userPath } from '../places.ts';
import { attachTo, type AttachFlags } from './flags.ts';

/** Looks at a running cluster for a while and has it explained; the look is kept as a bundle like any other. */
export async function explainAttached(flags: AttachFlags & { readonly out?: string }, diagnostician: Diagnostician): Promise<{ readonly diagnosis: Diagnosis; readonly text: string }> {
  const { forMs, ...attachment } = await attachTo(flags, '1m');
  await using cluster = attachment.cluster;
  const name = `attached-${attachment.subject.name}`;
  const outDir = flags.out === undefined ? newRunDir(name, 1) : userPath(flags.out);
  const interrupt = interruptSignal();
  process.stderr.write(`looking for ${formatSpan(forMs)} before it is explained\n`);
  const { bundle, explained } = orThrow(await runAttached({ ...attachment, cluster, name, forMs, outDir, diagnostician, signal: interrupt.signal }), 4);
  interrupt.release();
  const page = join(outDir, 'index.html');
  writeAtomically(page, renderRun(bundle));
  if (flags.out === undefined) refreshIndex(packageDir);
  if (!explained) throw new LabError({ code: 'LAB_INTERRUPTED', because: 'interrupted before it was explained; what was seen is kept', advice: `lab diagnose --bundle ${shownPath(outDir)} explains it.` }, interrupt.exitCode() ?? 130);
  const { outcome, assignment } = explained;
  if (!outcome.ok) throw new LabError(outcome.failure, isInfrastructure(outcome.failure) ? 4 : 1);
  return { diagnosis: outcome.value, text: diagnosisText(outcome.value, { explained: { assignment }, opened: { span: bundle.run }, page: shownPath(page) }) };
}
