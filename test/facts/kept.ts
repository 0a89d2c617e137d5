import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf } from '../../harness/clusters/twin/metrics/facts.ts';
import { fromJsonSample, type HeaderLine, samplesOf, type SeriesLine } from '../../harness/telemetry/snapshot-format.ts';
import { known, readRecorded, tikvCases, twinFolder } from './reference.ts';

/** Raftstore's and RocksDB's numbers are flushed this often, and for the first time this long after the process began: all families that do so have the same turn. */
const flush = { everyMs: 10_000, afterStartMs: 2_250 } as const;
/** A worker of the model brings these up to date by turns of its own. */
const ownTurns = /^tikv_(resolved_ts|check_leader|store_size|concurrency)/;
/** So many changes must have been seen, so many of them in the turn, and so few in two scrapes in a row. */
const least = { changes: 10, inTurn: 0.85 } as const;
const mostInARow = 0.002;
const scrapeMs = 5_000;

/** How the series of a family changed from scrape to scrape. */
interface Changes {
  all: number;
  inTurn: number;
  inARow: number;
}

/** Families that TiKV keeps to itself and brings up to date every ten seconds: none of their series changed in two scrapes in a row, and when they changed was each process' turn. */
export function recordedKept(): string[] {
  const changes = new Map<string, Changes>();
  for (const recording of tikvCases()) readChanges(recording, changes);
  const isKept = ({ all, inTurn, inARow }: Changes): boolean => all >= least.changes && inTurn >= least.inTurn * all && inARow <= mostInARow * all;
  return [...changes].filter(([family, seen]) => !ownTurns.test(family) && isKept(seen)).map(([family]) => family).sort();
}

function readChanges(recording: string, changes: Map<string, Changes>): void {
  const [header = '', ...texts] = readRecorded(recording, 'metrics.jsonl.gz').split('\n');
  const { targets } = JSON.parse(header) as HeaderLine;
  const lines = texts.filter((text) => text !== '').map((text) => JSON.parse(text) as SeriesLine).filter(({ t }) => targets[t]?.job === 'tikv');
  const starts = new Map(lines.filter(({ n }) => n === 'process_start_time_seconds').map((line) => [line.t, line]));
  for (const line of lines) {
    const start = starts.get(line.t);
    if (start && /^(tikv|raft)_/.test(line.n)) note(line, { start, timesMs: targets[line.t]?.timesMs ?? [] }, known(changes, familyOf(line.n), () => ({ all: 0, inTurn: 0, inARow: 0 })));
  }
}

function note(line: SeriesLine, { start, timesMs }: { readonly start: SeriesLine; readonly timesMs: readonly number[] }, seen: Changes): void {
  const values = samplesOf(line);
  let before = -2;
  for (let i = 1; i < values.length; i++) {
    const [fromMs, toMs] = [timesMs[line.i + i - 1] as number, timesMs[line.i + i] as number];
    if (toMs - fromMs > 1.2 * scrapeMs || values[i] === values[i - 1] || values[i] === null || values[i - 1] === null) continue;
    const startedMs = 1000 * Number(fromJsonSample(samplesOf(start)[line.i + i - start.i] ?? 0));
    const turnMs = (startedMs + flush.afterStartMs - fromMs) % flush.everyMs;
    seen.all++;
    if ((turnMs + flush.everyMs) % flush.everyMs < toMs - fromMs) seen.inTurn++;
    if (before === i - 1) seen.inARow++;
    before = i;
  }
}

/** One family a line. */
export const keptText = (families: readonly string[]): string => `[\n${families.map((family) => JSON.stringify(family)).join(',\n')}\n]\n`;

if (import.meta.main) writeFileSync(join(twinFolder, 'metrics', 'kept.json'), keptText(recordedKept()));
