import type { Bundle } from '../harness/history/bundle.ts';
import { sampleBundle } from './sample-bundle.ts';

const esc = String.fromCharCode(27);
const rightToLeft = String.fromCodePoint(0x202e);
const zeroWidth = String.fromCodePoint(0x200b);

/** Text that tries to leave its place in a page, in a script block, in a template, in a terminal, and in a reader's eye. */
export const hostile = `</script><script>window.pwned=1</script><img src=x onerror="window.pwned=2">{{x}}{{{y}}} ${esc}[31mred${esc}[0m ${rightToLeft}gnp.exe zero${zeroWidth}width " ' \` javascript:alert(1) \u2028 &amp;`;

/** The sample with {@link hostile} put behind every string that an agent, a database or a scenario author could write. */
export function hostileBundle(): Bundle {
  const bundle = sampleBundle();
  const kept = new Set(['id', 'kind', 'schema', 'state', 'verdict', 'check', 'op', 'observation', 'unit', 'phase', 'status', 'severity', 'colour', 'path', 'promql']);
  const poison = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return kept.has(key) ? value : `${value} ${hostile}`;
    if (Array.isArray(value)) return value.map((each) => poison(each, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name)]));
  };
  return poison(bundle) as Bundle;
}
