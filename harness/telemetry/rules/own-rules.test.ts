import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import { matcher } from '../matchers.ts';
import { parseMetricsJsonl } from '../snapshot-parse.ts';
import { withoutRecordedRules } from './recorded-rules.ts';
import { RuleEngine } from './rule-engine.ts';
import { parseRuleFile } from './rule-file.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const groups = ['tikv', 'pd'].flatMap((name) => orThrow(parseRuleFile(readFileSync(`${root}rules/${name}.rules.yml`, 'utf8'), { file: `rules/${name}.rules.yml` })));

/** The names of the alerts that fire at any time of a recording. */
function fired(recording: string): string[] {
  const text = brotliDecompressSync(readFileSync(`${root}recordings/${recording}/incident/metrics.jsonl.br`)).toString('utf8');
  const { startMs, endMs } = JSON.parse(text.slice(0, text.indexOf('\n'))) as { startMs: number; endMs: number };
  const store = parseMetricsJsonl(withoutRecordedRules([text]));
  const engine = new RuleEngine(store, { groups, fromMs: startMs });
  engine.catchUp(endMs);
  expect(engine.status().flatMap(({ rules }) => rules.filter(({ health }) => health !== 'ok'))).toEqual([]);
  const firing = store.select([matcher('__name__', '=', 'ALERTS'), matcher('alertstate', '=', 'firing')]);
  return [...new Set(firing.map(({ labels }) => labels.get('alertname')))].sort();
}

test.each([
  ['baseline', []],
  ['hot-read', ['TikvStoreHot']],
  ['region-imbalance', ['RegionsUneven']],
  ['evict-leader', ['LeadersUneven', 'SchedulerGone', 'TikvLeadersLost']],
  ['disk-slow', ['LeadersUneven', 'StoreCalledSlow', 'TikvLeadersLost', 'TikvRaftEngineSlow', 'TikvSlowScoreHigh']],
  ['pd-quorum-loss', ['PdLeaderChanged', 'PdMemberUnreachable', 'PdWithoutLeader']],
] as [string, string[]][])('over the recording %s the lab’s own rules fire %j', (recording, names) => expect(fired(recording)).toEqual(names));
