import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { McpDesk } from '../../../src/diagnosis/mcp/desk-server.ts';
import { LabError, orThrow } from '../../../src/kernel/result.ts';
import { openAnything } from '../../clusters/recorded/open-anything.ts';
import type { Bundle } from '../../history/bundle.ts';
import { readBundle } from '../../history/bundle-reader.ts';
import { perform } from '../../lab.ts';
import { diagnoseRecording } from '../../lab/diagnose-recording.ts';
import { rediagnose } from '../../lab/rediagnose.ts';
import { chosenScenario } from '../chosen-scenario.ts';
import { subjectOf } from '../diagnose/subject-of.ts';
import { interruptSignal } from '../interrupt.ts';
import { newRunDir, shownPath, userPath } from '../places.ts';

/** Which incident is served, and where its bundle goes. */
export interface McpFlags {
  readonly scenario?: string;
  readonly bundle?: string;
  readonly recording?: string;
  readonly seed: string;
  readonly out?: string;
}

/** Serves one incident on standard input and output until it is diagnosed or the client leaves. */
export async function serveIncident(flags: McpFlags): Promise<void> {
  if ([flags.scenario, flags.bundle, flags.recording].filter((each) => each !== undefined).length !== 1) {
    throw new LabError({ code: 'LAB_USAGE', because: 'one incident is needed', advice: 'Name it with --scenario, --bundle or --recording.' }, 2);
  }
  const desk = new McpDesk();
  const play = player(flags, desk);
  await desk.serve(new StdioServerTransport());
  const interrupt = interruptSignal();
  // A client that leaves closes this process's input, which the transport itself does not look for.
  const left = new AbortController();
  process.stdin.once('end', () => left.abort(new Error('the client left')));
  try {
    const verdict = await play(AbortSignal.any([interrupt.signal, left.signal]));
    left.signal.addEventListener('abort', () => void desk.leave(), { once: true });
    await (left.signal.aborted ? desk.leave() : desk.conclude(verdict));
  } catch (error) {
    if (!left.signal.aborted && !interrupt.signal.aborted) throw error;
  } finally {
    interrupt.release();
    await desk.leave();
    process.stdin.destroy();
  }
}

/** How the incident is brought about; a wrong name is told before anything is served. */
function player(flags: McpFlags, desk: McpDesk): (signal: AbortSignal) => Promise<string> {
  const { diagnostician } = desk;
  const outDir = (id: string, seed: number): string => (flags.out === undefined ? newRunDir(id, seed) : userPath(flags.out));
  if (flags.scenario !== undefined) {
    const scenario = chosenScenario(flags.scenario, undefined);
    const seed = Number(flags.seed);
    if (!Number.isSafeInteger(seed) || seed < 0) throw new LabError({ code: 'LAB_USAGE', because: `--seed takes a whole number, not "${flags.seed}"`, advice: 'Write --seed 4, or leave it out for seed 1.' }, 2);
    return async (signal) => {
      const { bundle, bundleDir } = await perform({ scenario, seed, diagnostician, outDir: outDir(scenario.id, seed), signal });
      return scoreOf(bundle, bundleDir);
    };
  }
  const from = userPath(flags.bundle ?? flags.recording ?? '');
  if (flags.bundle !== undefined) {
    const old = orThrow(readBundle(from), 2);
    if (old.answer !== null) {
      return async (signal) => {
        const dir = outDir(old.run.scenario.id, old.run.seed);
        return scoreOf(await rediagnose({ from, old, diagnostician, outDir: dir, signal }), dir);
      };
    }
  }
  const opened = orThrow(openAnything(from), 2);
  return async (signal) => {
    await diagnoseRecording({ opened, subject: subjectOf(opened), diagnostician, signal });
    return JSON.stringify({ taken: true, scored: false, because: 'nobody told the lab what was true' });
  };
}

function scoreOf({ run }: Bundle, dir: string): string {
  const card = run.scorecard;
  if (!card) return JSON.stringify({ taken: true, scored: false, because: run.because });
  const { verdict, score, said, expected, because, criteria, evidence } = card;
  return JSON.stringify({ taken: true, scored: true, verdict, score, said, expected, because, criteria, evidence, bundle: shownPath(dir) });
}
