import { describe, expect, it } from 'vitest';
import { hostileBundle } from '../../test/hostile-bundle.ts';
import { sampleBundle, stoppedBundle } from '../../test/sample-bundle.ts';
import { progressLines } from './progress.ts';

describe('progress while a run goes on', () => {
  it('is one line for each thing that changes, in virtual time', () => {
    const progress = progressLines({ unicode: true });
    expect(sampleBundle().history.flatMap(progress.lines).map((line) => line.replace(/ +/g, ' '))).toEqual([
      ' ✔ boot 3 pd, 3 tikv, 120 regions v 0:00',
      ' ✔ steady load 2000/s for 3m v 0:00',
      ' ✔ inject process-kill tikv-2 v 3:00',
      ' ✔ witness process of tikv-2 is exited v 3:01',
      ' ✔ hold the incident goes on for 3m v 3:01',
      ' ● detect T1 store-down:tikv-2 v 3:23 fault +23 s',
      ' ● detect T2 under-replicated:cluster v 3:28 fault +28 s',
      ' ✔ diagnose rules, 2 tickets v 4:05 fault +1m05s',
      ' ✔ answer tikv-2 process-crash (6 tool calls) v 4:05 fault +1m05s',
      ' ✔ revert tikv-2 v 6:00',
      ' ✔ recover every store Up, no open ticket v 7:10',
    ]);
  });

  it('fits eighty columns and needs no cursor', () => {
    const progress = progressLines({ unicode: false });
    const lines = hostileBundle().history.flatMap(progress.lines);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('shows trouble and a missing answer as bad', () => {
    const failure = { code: 'AGENT_CRASHED', because: 'exit code 7' };
    const lines = [...stoppedBundle('agent-error', 245).history.slice(0, 2), { kind: 'diagnosis-failed', seq: 3, atMs: 0, failure } as const].flatMap(progressLines({ unicode: true }).lines);
    expect(lines.at(-1)).toMatch(/^ ✘ answer {5}AGENT_CRASHED: exit code 7/);
  });
});
