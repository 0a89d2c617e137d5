import { orThrow } from './src/kernel/result.ts';
import { twin } from './harness/clusters/twin/kind.ts';
for (const [tikv, rate, keys] of [[3, 2000, 'zipfian'], [3, 5000, 'zipfian'], [3, 8000, 'uniform'], [4, 2000, 'zipfian'], [5, 4000, 'zipfian'], [4, 2000, 'uniform']] as const) {
  const counts: string[] = [];
  for (const seed of [1, 2, 3, 4]) {
    const c = orThrow(await twin.start({ kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv }, regions: 120, load: { shape: 'mixed', ratePerSecond: rate, reads: 0.7, keys, valueBytes: 1024 } }, seed));
    await c.pass(900_000);
    const lines = orThrow(await c.ports.logs.search({ contains: 'add operator', limit: 10000 })).lines;
    const kinds = new Map<string, number>();
    for (const l of lines) { const k = /operator="\\"([a-z-]+)/.exec(l.raw)?.[1] ?? l.raw.slice(0, 200); kinds.set(k, (kinds.get(k) ?? 0) + 1); }
    counts.push(JSON.stringify(Object.fromEntries(kinds)));
  }
  console.log(tikv, rate, keys, counts.join(' | '));
}
