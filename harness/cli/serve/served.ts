import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import { packedPath, unpress, unpressToTexts } from '../../clusters/recorded/compression.ts';
import { recordingsFolder } from '../../clusters/recorded/kind.ts';
import { readRawText } from '../../clusters/recorded/raw-recording.ts';
import { incidentFile, incidentFolder } from '../../clusters/recorded/recording-form.ts';
import { withoutRecordedRules } from '../../telemetry/rules/recorded-rules.ts';
import { parseMetricsJsonl } from '../../telemetry/snapshot-parse.ts';
import type { MetricStore } from '../../telemetry/store.ts';

/** Telemetry that can be served. */
export interface Served {
  readonly name: string;
  readonly store: MetricStore;
  /** First scrape. */
  readonly startMs: Millis;
  /** The end of the run or recording. */
  readonly endMs: Millis;
}

/** Which folder to open, and whether to leave out what recorded rules wrote. */
export interface ServedOptions {
  readonly dir: string;
  readonly withoutRules?: boolean;
}

interface Texts {
  readonly metrics: readonly string[];
  readonly metadata: string | undefined;
}

/** Opens a run bundle, a recording, or a raw recording: the folder that was named, or one of that name below recordings/. */
export function openServed(named: string, { dir, withoutRules = false }: ServedOptions): Result<Served> {
  const found = [dir, ...(named.includes('/') ? [] : [join(recordingsFolder, named)])].map((each) => ({ dir: each, texts: textsOf(each) })).find(({ texts }) => texts);
  if (!found?.texts) return failed('LAB_NOTHING_TO_SERVE', `${named} is neither a run bundle nor a recording: it holds no ${incidentFolder}/${incidentFile.metrics}`, 'name a folder below reports/runs/, or a recording of `ls recordings/`');
  const { metrics, metadata } = found.texts;
  const store = parseMetricsJsonl(withoutRules ? withoutRecordedRules(metrics) : metrics, metadata === undefined ? undefined : JSON.parse(metadata));
  const scrapes = store.targets().flatMap(({ times }) => (times.count > 0 ? [times.at(0), times.at(times.count - 1)] : []));
  const [first, last] = [scrapes.reduce((a, b) => Math.min(a, b), Infinity), scrapes.reduce((a, b) => Math.max(a, b), -Infinity)];
  if (scrapes.length === 0) return failed('LAB_NOTHING_TO_SERVE', `${named} holds no scrape at all`, 'name another run or recording');
  return ok({ name: basename(found.dir), store, startMs: first, endMs: endOf(found.dir) ?? last });
}

function textsOf(dir: string): Texts | undefined {
  const pathOf = (name: string): string | undefined => packedPath(join(dir, incidentFolder), name);
  const [metrics, metadata] = [pathOf(incidentFile.metrics), pathOf(incidentFile.metadata)];
  if (metrics !== undefined) return { metrics: unpressToTexts(readFileSync(metrics)), metadata: metadata === undefined ? undefined : unpress(readFileSync(metadata)) };
  const raw = readRawText(dir, 'metrics.jsonl');
  return raw === undefined ? undefined : { metrics: [raw], metadata: readRawText(dir, 'metadata.json') };
}

/** The last instant of the run or recording; what else these files say is not for those who ask the server. */
function endOf(dir: string): Millis | undefined {
  const file = ['run.json', 'script.json', 'meta.json'].map((name) => join(dir, name)).find((path) => existsSync(path));
  const endMs: unknown = file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as { endMs?: unknown }).endMs;
  return typeof endMs === 'number' ? endMs : undefined;
}
