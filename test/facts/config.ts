import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../src/kernel/json.ts';
import { readRecorded, twinFolder } from './reference.ts';

/** Settings as a real store printed them at its start, on one line of its log; 64-bit numbers are marked as PD's replies mark them, and `{node}` stands for its host. */
export function recordedConfig(): Json {
  const quoted = /\["using config"\] \[config=("(?:[^"\\]|\\.)*")\]/.exec(readRecorded('tikv-store-kill', 'logs', 'tikv-2.log.gz'))?.[1];
  if (quoted === undefined) throw new Error('the log holds no line with the settings');
  const text = (JSON.parse(quoted) as string).replace(/([:[])(\d{17,})(?=[,\]}])/g, '$1"#$2#"');
  return JSON.parse(text.replaceAll('10.77.0.22', '{node}').replaceAll('/tikv-2', ''));
}

/** What a real PD answered to `GET /config`, without the sections that the model keeps itself; `{name}` stands for its own name. */
export function recordedPdConfig(): Json {
  const row = readRecorded('tikv-baseline', 'control.jsonl.gz').split('\n').find((line) => line.includes('"GET /pd/api/v1/config"'));
  const { schedule: _, replication: __, ...rest } = (JSON.parse(row ?? '') as { body: Record<string, Json> }).body;
  return { ...JSON.parse(JSON.stringify(rest).replaceAll('/pd-1/', '/').replaceAll('10.77.0.11', '{name}').replaceAll('"pd-1"', '"{name}"')), 'initial-cluster': '' };
}

if (import.meta.main) {
  writeFileSync(join(twinFolder, 'store', 'api', 'config.json'), `${JSON.stringify(recordedConfig(), undefined, 1)}\n`);
  writeFileSync(join(twinFolder, 'pd', 'api', 'config.json'), `${JSON.stringify(recordedPdConfig(), undefined, 1)}\n`);
}
