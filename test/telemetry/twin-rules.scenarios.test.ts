import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unpress } from '../../harness/clusters/recorded/compression.ts';
import { labKnowledge } from '../../harness/cli/knowledge.ts';
import { perform } from '../../harness/lab.ts';
import { findScenario } from '../../harness/scenario/loader.ts';
import { matcher } from '../../harness/telemetry/matchers.ts';
import { parseMetricsJsonl } from '../../harness/telemetry/snapshot-parse.ts';
import type { Diagnostician } from '../../src/diagnosis/contract.ts';
import { failed, orThrow } from '../../src/kernel/result.ts';

const out = mkdtempSync(join(tmpdir(), 'twin-rules-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const repository = join(import.meta.dirname, '../..');
const vendorFolder = join(repository, '../shared/reference/tikv-data');
const texts = (folder: string, names: readonly string[]) => names.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

interface Seen {
  /** Names of the alerts that fired at any time, as the bundle has them. */
  readonly fired: string[];
  /** What the operator was shown of alerts at the diagnosis; undefined where nothing was diagnosed. */
  readonly shown: unknown;
}

/** A scenario over the twin whose monitoring runs these files. */
async function lived(id: string, rules: ReturnType<typeof texts>): Promise<Seen> {
  const scenario = orThrow(findScenario(id, { knowledge: labKnowledge() }));
  let shown: unknown;
  const onlooker: Diagnostician = {
    name: 'onlooker',
    fingerprint: () => 'onlooker',
    diagnose: async (_, { desk }) => {
      shown = (await desk.call('alerts', {})).answer;
      return failed('AGENT_GAVE_UP', 'only looked');
    },
  };
  const { bundleDir } = await perform({ scenario, seed: 7, diagnostician: onlooker, rules, outDir: join(mkdtempSync(join(out, 'run-')), 'run') });
  const store = parseMetricsJsonl(unpress(readFileSync(join(bundleDir, 'incident/metrics.jsonl.zst'))));
  const firing = store.select([matcher('__name__', '=', 'ALERTS'), matcher('alertstate', '=', 'firing')]);
  return { fired: [...new Set(firing.map(({ labels }) => labels.get('alertname')))].sort(), shown };
}

const vendorThere = existsSync(vendorFolder);
const files = [
  ...texts(join(repository, 'rules'), ['tikv.rules.yml', 'pd.rules.yml']),
  ...(vendorThere ? texts(vendorFolder, ['tikv.rules.v8.5.5.yml', 'pd.rules.v8.5.5.yml', 'tikv.accelerate.rules.v8.5.5.yml']) : []),
];

/** The vendor's names have underscores in them. */
const isVendors = (name: string): boolean => name.includes('_');

// The vendor's files wait for minutes and ask a blackbox exporter for what is down, so that over these short runs they say little.
test.each([
  ['controls/healthy', [], []],
  ['tikv/store-down', ['StoreDisconnected', 'TikvPeerUnreachable', 'TikvStoreUnreachable'], []],
  ['tikv/latency-spike', ['StoreCalledSlow', 'TikvLeadersLost', 'TikvRaftEngineSlow', 'TikvSlowScoreHigh'], ['PD_cluster_slow_tikv_nums']],
  ['tikv/pd-quorum-lost', ['PdMemberUnreachable', 'PdWithoutLeader'], []],
] as [string, string[], string[]][])(`over the twin of %s the lab’s rules fire %j, and the vendor’s files, unchanged, %j${vendorThere ? '' : ' (these are not on this machine)'}`, async (id, own, vendor) => {
  const { fired, shown } = await lived(id, files);
  expect(fired.filter((name) => !isVendors(name))).toEqual(own);
  expect(fired.filter(isVendors)).toEqual(vendorThere ? vendor : []);
  if (shown !== undefined) expect(shown).toMatchObject({ rules: true, alerts: own.length > 0 ? expect.arrayContaining([expect.objectContaining({ alert: own[0] })]) : [] });
});
