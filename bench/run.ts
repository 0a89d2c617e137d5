import { stopwatch } from '../src/kernel/wall-clock.ts';
import { benches, longBenches } from './benches.ts';

/** Runs the named benches, or all that are not long: each prints what was measured side by side in this one run. */
const words = process.argv.slice(2);
// `--seeds 3` belongs to `diagnosis`, which reads it itself.
const named = words.filter((word, i) => !word.startsWith('-') && words[i - 1] !== '--seeds');
const unknown = named.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 ? !named.includes(name) : longBenches.has(name)) continue;
  const elapsed = stopwatch();
  process.stdout.write(`${name}\n`);
  for (const line of await bench()) process.stdout.write(`  ${line}\n`);
  process.stdout.write(`  (took ${(elapsed() / 1000).toFixed(1)} s)\n`);
}
