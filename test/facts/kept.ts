import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf } from '../../harness/clusters/twin/metrics/facts.ts';
import { flushing } from '../../harness/clusters/twin/store/meters/flushing.ts';
import { fromJsonSample, type HeaderLine, samplesOf, type SeriesLine } from '../../harness/telemetry/snapshot-format.ts';
import { known, readRecorded, tikvCases, twinFolder } from './reference.ts';

/** A worker of the model brings these up to date by turns of its own. */
const ownTurns = /^tikv_(resolved_ts|check_leader|store_size|concurrency)/;
/** What a poller counts is kept, what another thread does of the same family is not. */
const byType = /^tikv_raftstore_(raft_sent_message|io_duration)/;
/** So many changes must have been seen, so many of them in the turn, and so few in two scrapes in a row. */
const least = { changes: 10, inTurn: 0.85 } as const;
const mostInARow = 0.005;
const scrapeMs = 5_000;

/** By family: values of `type`, or none where the whole family is kept. */
export type Kept = Readonly<Record<string, readonly string[]>>;

/** How the series of a family changed from scrape to scrape. */
interface Changes {
  all: number;
  inTurn: number;
  inARow: number;
}

/**
 * What TiKV keeps to itself and brings up to date every ten seconds: none of these series changed in two scrapes in a row, and when they
 * changed was each process' turn. A whole family, or those of its series that have some values of the label `type`.
 */
export function recordedKept(): Kept {
  const changes = new Map<string, Map<string, Changes>>();
  for (const recording of tikvCases()) readChanges(recording, changes);
  const isKept = ({ all, inTurn, inARow }: Changes): boolean => all >= least.changes && inTurn >= least.inTurn * all && inARow <= mostInARow * all;
  const families = [...changes].filter(([family]) => !ownTurns.test(family)).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(families.flatMap(([family, ofType]): [string, readonly string[]][] => {
    if (isKept(sumOf([...ofType.values()]))) return [[family, []]];
    const types = byType.test(family) ? [...ofType].filter(([, seen]) => isKept(seen)).map(([type]) => type).sort() : [];
    return types.length > 0 ? [[family, types]] : [];
  }));
}

const sumOf = (each: readonly Changes[]): Changes => each.reduce((sum, seen) => ({ all: sum.all + seen.all, inTurn: sum.inTurn + seen.inTurn, inARow: sum.inARow + seen.inARow }), { all: 0, inTurn: 0, inARow: 0 });

function readChanges(recording: string, changes: Map<string, Map<string, Changes>>): void {
  const [header = '', ...texts] = readRecorded(recording, 'metrics.jsonl.gz').split('\n');
  const { targets } = JSON.parse(header) as HeaderLine;
  const lines = texts.filter((text) => text !== '').map((text) => JSON.parse(text) as SeriesLine).filter(({ t }) => targets[t]?.job === 'tikv');
  const starts = new Map(lines.filter(({ n }) => n === 'process_start_time_seconds').map((line) => [line.t, line]));
  for (const line of lines) {
    const start = starts.get(line.t);
    if (start && /^(tikv|raft)_/.test(line.n)) note(line, { start, timesMs: targets[line.t]?.timesMs ?? [] }, known(known(changes, familyOf(line.n), () => new Map<string, Changes>()), line.l['type'] ?? '', () => sumOf([])));
  }
}

function note(line: SeriesLine, { start, timesMs }: { readonly start: SeriesLine; readonly timesMs: readonly number[] }, seen: Changes): void {
  const values = samplesOf(line);
  let before = -2;
  for (let i = 1; i < values.length; i++) {
    const [fromMs, toMs] = [timesMs[line.i + i - 1] as number, timesMs[line.i + i] as number];
    if (toMs - fromMs > 1.2 * scrapeMs || values[i] === values[i - 1] || values[i] === null || values[i - 1] === null) continue;
    const startedMs = 1000 * Number(fromJsonSample(samplesOf(start)[line.i + i - start.i] ?? 0));
    const turnMs = (startedMs + flushing.firstMs - fromMs) % flushing.everyMs;
    seen.all++;
    if ((turnMs + flushing.everyMs) % flushing.everyMs < toMs - fromMs) seen.inTurn++;
    if (before === i - 1) seen.inARow++;
    before = i;
  }
}

/** One family a line. */
export const keptText = (kept: Kept): string => `{\n${Object.entries(kept).map(([family, types]) => `${JSON.stringify(family)}: ${JSON.stringify(types)}`).join(',\n')}\n}\n`;

if (import.meta.main) writeFileSync(join(twinFolder, 'metrics', 'kept.json'), keptText(recordedKept()));
