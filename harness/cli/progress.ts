import type { Diagnostician } from '../../src/diagnosis/contract.ts';
import type { HistoryEvent } from '../history/events.ts';
import { oneLine } from '../reporting/plain.ts';
import { progressLines } from '../reporting/progress.ts';
import type { Scenario } from '../scenario/schema.ts';
import { terminalLooks } from './terminal.ts';

/** What a waiting person sees on standard error. */
export interface ProgressWriter {
  readonly start: (scenario: Scenario, seed: number, diagnostician: Diagnostician) => void;
  readonly event: (event: HistoryEvent) => void;
  /** What a diagnostician tells of its work. */
  readonly tell: (line: string) => void;
}

/** One line per change, on standard error, so that standard output holds the result alone. */
export function progressWriter(quiet: boolean): ProgressWriter {
  if (quiet) return { start: () => {}, event: () => {}, tell: () => {} };
  const progress = progressLines(terminalLooks(process.stderr));
  const write = (line: string) => void process.stderr.write(`${line}\n`);
  return {
    start: (scenario, seed, diagnostician) => write(`${scenario.id}   seed ${seed}   ${scenario.cluster.kind}   diagnostician ${diagnostician.name}`),
    event: (event) => progress.lines(event).forEach(write),
    // A model's words reach a terminal here: one line, nothing that steers it.
    tell: (line) => write(`   ${oneLine(line, 110)}`),
  };
}
