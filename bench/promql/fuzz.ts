import { askDamaged, readDamaged, type Survival } from '../../test/telemetry/hostile-input.ts';

/** 100,000 damaged expressions and 10,000 damaged metric pages; the seed is LAB_SEED, default 1. */
export async function fuzz(): Promise<string[]> {
  const seed = Number(process.env.LAB_SEED ?? 1);
  return [`seed ${seed}`, ...report('expressions', await askDamaged(100_000, seed)), ...report('metric pages', await readDamaged(10_000, seed)), `peak memory of the process ${Math.round(process.resourceUsage().maxRSS / 1_024)} MiB`];
}

function report(what: string, { answered, refused, broken, slowestMs, slowest }: Survival): string[] {
  const all = answered + refused + broken.length;
  const lines = [`${all} damaged ${what}: ${answered} answered, ${refused} refused, ${broken.length} broken; slowest ${Math.round(slowestMs)} ms: ${JSON.stringify(slowest.slice(0, 120))}`];
  return [...lines, ...broken.slice(0, 10).map(({ text, because }) => `  ${JSON.stringify(text)}: ${because}`)];
}
