import { expect, test } from 'vitest';
import { smallSpec } from '../clusters/twin/cluster.fixture.ts';
import { sinceItBegan } from './beginnings.ts';
import type { FidelityCase } from './case.ts';
import { liveTwin } from './lived.ts';

test('a follower of PD that was started later than the others knows played regions from its storage alone, and real ones soon by word of the stores', async () => {
  const each: FidelityCase = {
    name: 'one', dir: '', spec: { ...smallSpec, storesKnow: 'leader' }, pdLeader: undefined, quietMs: 60_000, faultMs: 5_000, afterMs: 60_000, struck: [],
    faults: [{ kind: 'process-kill', into: [{ followerOf: 'pd', nth: 0 }], params: {} }],
  };
  const lived = await liveTwin(each, 1);
  // As if the recording had begun when all of this was over.
  const after = { ...lived, injectMs: lived.endMs };
  expect((await sinceItBegan(each, lived)).spec.restartedFollowers).toBe(0);
  expect((await sinceItBegan(each, after)).spec.restartedFollowers).toBe(1);
  expect((await sinceItBegan({ ...each, pdLeader: lived.struck[0] }, after)).spec.restartedFollowers).toBe(0);
  expect((await sinceItBegan({ ...each, spec: smallSpec }, after)).spec).toEqual(smallSpec);
});
