import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { endMsOf, type Case } from './data.ts';
import { LeanClient } from './lean-client.ts';

/** How long one query took on both servers, and how much came back. */
export interface Timing {
  readonly query: string;
  /** The best of its askings: whatever else the machine does only makes one longer. */
  readonly labMs: number;
  readonly prometheusMs: number;
  /** All its askings, those that something disturbed among them. */
  readonly labAllMs: readonly number[];
  readonly prometheusAllMs: readonly number[];
  readonly bytes: number;
}

/** Rounds that are not counted, in which both servers get warm, and rounds that are. */
export interface Rounds {
  readonly warm: number;
  readonly counted: number;
}

/** Asks every query of both servers in turn, so that what disturbs the machine disturbs both. */
export async function timings(urls: { readonly lab: string; readonly prometheus?: string }, queries: readonly string[], { chosen, rounds, progress }: { readonly chosen: Case; readonly rounds: Rounds; readonly progress: (text: string) => void }): Promise<Timing[]> {
  using lab = await LeanClient.connect(urls.lab);
  using prometheus = urls.prometheus === undefined ? undefined : await LeanClient.connect(urls.prometheus);
  const taken = queries.map((query) => ({ query, form: formOf(query, chosen), lab: [] as number[], prometheus: [] as number[], bytes: 0 }));
  for (let round = -rounds.warm; round < rounds.counted; round++) {
    progress(`round ${round + rounds.warm + 1} of ${rounds.warm + rounds.counted}`);
    for (const each of taken) {
      const ours = await ask(lab, each);
      const theirs = prometheus ? await ask(prometheus, each) : { ms: NaN };
      if (round < 0) continue;
      each.lab.push(ours.ms);
      each.prometheus.push(theirs.ms);
      each.bytes = ours.bytes;
    }
  }
  return taken.map((each) => ({ query: each.query, labMs: Math.min(...each.lab), prometheusMs: Math.min(...each.prometheus), labAllMs: each.lab, prometheusAllMs: each.prometheus, bytes: each.bytes }));
}

async function ask(client: LeanClient, { query, form }: { readonly query: string; readonly form: string }): Promise<{ ms: number; bytes: number }> {
  const elapsed = stopwatch();
  const answer = await client.post('/api/v1/query_range', form);
  const ms = elapsed();
  if (answer.status !== 200) throw new Error(`${query}: ${answer.text().slice(0, 300)}`);
  return { ms, bytes: answer.bytes };
}

function formOf(query: string, chosen: Case): string {
  const endSeconds = endMsOf(chosen) / 1_000;
  return String(new URLSearchParams({ query, start: String(endSeconds - chosen.hours * 3_600), end: String(endSeconds), step: String(chosen.stepMs / 1_000) }));
}

/** The middle value. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which that share lies; of few values, the one at that place. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
