import { stopwatch } from '../src/kernel/wall-clock.ts';
import { benches } from './benches.ts';

/** Runs the named benches, or all: each prints ratios that were measured side by side in this one run. */
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = named.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const elapsed = stopwatch();
  process.stdout.write(`${name}\n`);
  for (const line of await bench()) process.stdout.write(`  ${line}\n`);
  process.stdout.write(`  (took ${(elapsed() / 1000).toFixed(1)} s)\n`);
}
