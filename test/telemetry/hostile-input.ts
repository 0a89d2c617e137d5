import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/kernel/random.ts';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { writeExposition } from '../../harness/telemetry/exposition-write.ts';
import { parseExposition } from '../../harness/telemetry/exposition.ts';
import { prometheusTransport } from '../../harness/telemetry/prometheus-api.ts';
import { ExpressionSource, nounsOf } from './drawn-expressions.ts';
import { Mutations } from './mutations.ts';
import { varied, variedStore } from './varied-store.ts';

/** How damaged texts were taken. */
export interface Survival {
  answered: number;
  refused: number;
  /** Texts that met anything but an answer or a clean error, with what they met. */
  readonly broken: { readonly text: string; readonly because: string }[];
  slowestMs: number;
  slowest: string;
}

const folder = join(import.meta.dirname, '../../../shared/reference/promql');

/** Good expressions: Prometheus' scripts and the vendor's dashboards where they are, and always drawn ones. */
function goodExpressions(random: Random): string[] {
  const source = new ExpressionSource(nounsOf(variedStore(random)), random, varied);
  const drawn = Array.from({ length: 500 }, () => source.question().query);
  if (!existsSync(folder)) return drawn;
  const dashboards = (JSON.parse(readFileSync(join(folder, 'dashboard-exprs.json'), 'utf8')) as { expr: string }[]).map(({ expr }) => expr);
  const scripts = ['promqltest', 'promql-traps'].flatMap((name) => readdirSync(join(folder, name)).filter((file) => file.endsWith('.test')).map((file) => readFileSync(join(folder, name, file), 'utf8')));
  const evaluation = /^\s*eval\S*\s+(?:instant(?:\s+at\s+\S+)?|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)\s+(.+)$/gm;
  return [...drawn, ...dashboards, ...scripts.flatMap((text) => [...text.matchAll(evaluation)].map(([, expr]) => expr as string))];
}

/** Asks damaged expressions over the API, every third over a range. */
export async function askDamaged(count: number, seed: number): Promise<Survival> {
  const random = Random.fromSeed(seed);
  const mutations = new Mutations(goodExpressions(random.fork('good')), random.fork('damage'));
  const own = prometheusTransport(variedStore(random.fork('data')), () => varied.endMs);
  const end = String(varied.endMs / 1_000);
  const start = String(varied.endMs / 1_000 - 900);
  const survival = newSurvival();
  for (let i = 0; i < count; i++) {
    const query = mutations.next();
    await survive(survival, query, async () => {
      const [path, more] = i % 3 === 0 ? ['/api/v1/query_range', { start, end, step: '30' }] : ['/api/v1/query', { time: end }];
      const { status, body } = orThrow(await own({ method: 'POST', path, body: String(new URLSearchParams({ query, ...more } as Record<string, string>)) }));
      const answer = JSON.parse(body) as { status: string; error?: string };
      if (status === 200 && answer.status === 'success') return true;
      if ([400, 422, 503].includes(status) && answer.error) return false;
      throw new Error(`${status} ${body.slice(0, 200)}`);
    });
  }
  return survival;
}

/** Reads damaged metric pages, both formats in turn. */
export async function readDamaged(count: number, seed: number): Promise<Survival> {
  const random = Random.fromSeed(seed);
  const store = variedStore(random.fork('data'));
  const pages = store.targets().map((target) => writeExposition(store, target, varied.endMs - 60_000));
  const openMetrics = pages.map((page) => `${page}# EOF\n`);
  const mutations = [new Mutations(pages, random.fork('text')), new Mutations(openMetrics, random.fork('openmetrics'))];
  const survival = newSurvival();
  for (let i = 0; i < count; i++) {
    const page = mutations[i % 2]?.next() ?? '';
    await survive(survival, page, () => parseExposition(page, i % 2 === 0 ? 'text' : 'openmetrics').ok);
  }
  return survival;
}

const newSurvival = (): Survival => ({ answered: 0, refused: 0, broken: [], slowestMs: 0, slowest: '' });

async function survive(survival: Survival, text: string, attempt: () => boolean | Promise<boolean>): Promise<void> {
  const elapsed = stopwatch();
  try {
    if (await attempt()) survival.answered++;
    else survival.refused++;
  } catch (error) {
    survival.broken.push({ text: text.slice(0, 500), because: error instanceof Error ? (error.stack ?? error.message).slice(0, 500) : String(error) });
  }
  const spanMs = elapsed();
  if (spanMs <= survival.slowestMs) return;
  survival.slowestMs = spanMs;
  survival.slowest = text.slice(0, 300);
}
