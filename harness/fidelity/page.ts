import type { Fidelity } from './fidelity.ts';
import { fidelitySignals } from './signals.ts';
import { fidelityTable, missesByReason, unexplained } from './table.ts';

/** `docs/fidelity.md`, as it follows from a comparison: never written by hand. */
export function fidelityPage(all: readonly Fidelity[], seed: number): string {
  const reasons = missesByReason(all);
  const open = reasons.find(([because]) => because === unexplained)?.[1] ?? 0;
  const misses = reasons.reduce((sum, [, count]) => sum + count, 0);
  return `# How close the twin comes

\`npm run fidelity\` lets the twin live through recorded outages of a real cluster: the same number of nodes, the same load,
the same fault in the lab's own words, the same spans. Then it reads both with the same eyes: ${fidelitySignals.length} signals by the part of
the cluster that was struck and by the rest, alerts by the vendor's rules, PD's word for each struck store, log messages
that the quiet window did not have. It needs raw recordings with their \`meta.json\` (\`--recordings DIR\`), says so where
there are none, and names every disagreement with its reason with \`--misses\`. This page is what \`--page\` prints (seed ${seed}).

What counts as agreement: a symptom that moves the same way; its time within a fifth or one scrape; its size, as a ratio to
the quiet level, within a factor of two; two symptoms that are more than two scrapes apart in the same order; the same
alerts, states and messages. What one of the two shows and the other does not is a miss, in either direction. Messages
and alerts that either of the two had before the fault tell nothing about it, and are left out.

${fidelityTable(all)}
(A dash: nothing of the kind happened.)

## Why the ${misses} others differ

Reasons are data (\`harness/fidelity/reasons.ts\`); misses that nobody has explained: ${open}.

| misses | because |
|---:|---|
${reasons.map(([because, count]) => `| ${count} | ${because} |`).join('\n')}
`;
}
