import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { matcher } from '../matchers.ts';
import { parseMetricsJsonl } from '../snapshot-parse.ts';
import type { MetricStore } from '../store.ts';
import { withoutRecordedRules } from './recorded-rules.ts';
import { RuleEngine } from './rule-engine.ts';
import { parseRuleFile } from './rule-file.ts';
import type { RuleGroup } from './rule.ts';

const reference = fileURLToPath(new URL('../../../../shared/reference/', import.meta.url));
const vendor = ['tikv-data/tikv.rules.v8.5.5.yml', 'tikv-data/pd.rules.v8.5.5.yml', 'tikv-data/tikv.accelerate.rules.v8.5.5.yml', 'etcd-data/etcd.rules.v3.5.16.yml'];

function vendorGroups(file: string, intervalMs: number): readonly RuleGroup[] {
  const parsed = parseRuleFile(readFileSync(reference + file, 'utf8'), { file, intervalMs });
  if (!parsed.ok) throw new Error(parsed.failure.because);
  return parsed.value;
}

/** Each alert at each instant, as text. */
function alertsIn(store: MetricStore): Set<string> {
  return new Set(store.select([matcher('__name__', '=', 'ALERTS')]).flatMap(({ labels }, i, all) => [...(all[i]?.view(Infinity).times ?? [])].map((atMs) => `${JSON.stringify(labels.toObject())} ${atMs}`)));
}

/** What a real Prometheus recorded of its rules, and what ours say over the same samples. */
function compared(recording: string, files: readonly string[], intervalMs: number) {
  const text = gunzipSync(readFileSync(`${reference}recordings/${recording}/metrics.jsonl.gz`)).toString('utf8');
  const { startMs, endMs } = JSON.parse(text.slice(0, text.indexOf('\n'))) as { startMs: number; endMs: number };
  const recorded = parseMetricsJsonl(text);
  const alerts = recorded.select([matcher('__name__', '=', 'ALERTS')]);
  // A Prometheus gives every group an instant of its own within the interval; the recorded alerts tell which.
  const phaseMs = ({ rules }: RuleGroup) => (alerts.find(({ labels }) => rules.some(({ name }) => name === labels.get('alertname')))?.view(Infinity).times[0] ?? 0) % intervalMs;
  const store = parseMetricsJsonl(withoutRecordedRules([text]));
  new RuleEngine(store, { groups: files.flatMap((file) => vendorGroups(file, intervalMs)), fromMs: startMs, phaseMs }).catchUp(endMs);
  return { recorded: alertsIn(recorded), ours: alertsIn(store) };
}

describe.skipIf(!existsSync(reference + vendor[0]))('the vendor’s rule files (skipped where ../shared/reference is absent)', () => {
  test.each([[vendor[0], 29], [vendor[1], 18], [vendor[2], 26], [vendor[3], 14]] as [string, number][])('%s loads unchanged', (file, count) => {
    expect(vendorGroups(file, 15_000).flatMap(({ rules }) => rules)).toHaveLength(count);
  });

  // Recordings whose rules look back no further than the recording goes: there the agreement must be complete.
  test.each([
    ['tikv-store-kill', vendor.slice(0, 2), 15_000, 22],
    ['tikv-write-overload', vendor.slice(0, 2), 15_000, 85],
    ['tikv-pd-quorum-loss', vendor.slice(0, 2), 15_000, 8],
    ['etcd-disk-full', vendor.slice(3), 5_000, 22],
  ] as [string, string[], number, number][])('over %s they say what the recorded Prometheus said, instant by instant', (recording, files, intervalMs, count) => {
    const { recorded, ours } = compared(recording, files, intervalMs);
    expect(recorded.size).toBe(count);
    expect(ours).toEqual(recorded);
  });
});
