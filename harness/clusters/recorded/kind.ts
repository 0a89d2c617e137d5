import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { capabilities, type ClusterKind, type RecordedScript } from '../contract.ts';
import { incidentFolder, scriptSchema } from './recording-form.ts';
import { openIncident } from './replay.ts';

export { openIncident } from './replay.ts';

/** Where imported recordings live: `recordings/` of the repository. */
export const recordingsFolder = fileURLToPath(new URL('../../../recordings/', import.meta.url));

/** Real outages, replayed: a virtual clock, the recorded answers, and nothing that could be broken. */
export const recorded: ClusterKind = {
  name: 'recorded',
  survey: async () => ({ lacks: new Map(capabilities.map((capability) => [capability, 'a recording cannot be broken any more'])) }),
  start: async (spec) => {
    if (spec.recording === undefined) return failed('LAB_NO_RECORDING', 'a recorded cluster needs the name of its recording', 'set cluster.recording');
    const dir = recordingFolder(spec.recording);
    if (!existsSync(join(dir, incidentFolder))) {
      return failed('LAB_NO_RECORDING', `there is no recording ${spec.recording}`, 'recordings/ holds them; `lab import` adds one');
    }
    const script = readScript(dir);
    return script.ok ? openIncident(dir, script.value, spec.rules) : script;
  },
};

/** A bare name is one of `recordings/`; anything with a slash is a folder. */
const recordingFolder = (recording: string): string =>
  isAbsolute(recording) || recording.includes('/') ? resolve(recording) : join(recordingsFolder, recording);

const bundleTimes = z.object({ startMs: z.number(), endMs: z.number() });

/** The acts: `script.json` of a recording, or the first and last instant of a run bundle. */
function readScript(dir: string): Result<RecordedScript> {
  const name = ['script.json', 'run.json'].find((file) => existsSync(join(dir, file)));
  if (name === undefined) return failed('LAB_NO_SCRIPT', `${dir} has neither script.json nor run.json, so its times are unknown`, 'import the recording again');
  try {
    const parsed = (name === 'script.json' ? scriptSchema : bundleTimes).safeParse(JSON.parse(readFileSync(join(dir, name), 'utf8')));
    return parsed.success ? ok(timesOf(parsed.data)) : failed('LAB_NO_SCRIPT', `${name} of ${dir}: ${z.prettifyError(parsed.error)}`);
  } catch (error) {
    return failed('LAB_NO_SCRIPT', `${name} of ${dir} is not JSON: ${(error as Error).message}`);
  }
}

function timesOf({ startMs, endMs, injectMs, revertMs }: RecordedScript): RecordedScript {
  return { startMs, endMs, ...(injectMs !== undefined && { injectMs }), ...(revertMs !== undefined && { revertMs }) };
}
