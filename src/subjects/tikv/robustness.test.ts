import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failed, ok, type Result } from '../../kernel/result.ts';
import type { HttpResponse } from '../../ports/http.ts';
import { healthyCluster, portsOf, stillClock } from './fake-cluster.test-kit.ts';
import { observe } from './observe.ts';
import { tikv } from './subject.ts';

const failures = ['LAB_TIMEOUT', 'LAB_CONNECTION_REFUSED', 'LAB_DNS', 'LAB_CONNECTION_RESET'];
const anyAnswer: fc.Arbitrary<Result<HttpResponse> | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  fc.constantFrom(...failures).map((code) => failed(code, code)),
  fc.record({ status: fc.constantFrom(200, 200, 404, 429, 500, 503), body: fc.oneof(fc.json(), fc.string(), fc.constantFrom('{"stores":null}', '{"stores":[{}]}', '{"count":"3"}', '[]', 'null', '{"members":[],"leader":{}}')) }).map(ok),
);

test('whatever PD answers to whichever question, a look neither throws nor calls the unknown healthy', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom('stores', 'members', 'health', 'regions/check/pending-peer', 'stats/region', 'config/replicate', 'ping'), anyAnswer), async (answers) => {
      const ports = portsOf(healthyCluster());
      const request: typeof ports.controlPlane.request = async (asked) => answers[asked.path.replace('/pd/api/v1/', '')] ?? ports.controlPlane.request(asked);
      const observation = await observe({ ...ports, controlPlane: { request } }, stillClock);
      const broken = tikv.invariants.flatMap((invariant) => invariant.violations(observation));
      const storesListed = observation.stores.some(({ state }) => state === 'Up');
      const emptyList = observation.controlPlane.state === 'leading' && !storesListed;
      expect(storesListed || emptyList || observation.blind.length > 0 || broken.length > 0).toBe(true);
    }),
    { numRuns: 300 },
  );
});
