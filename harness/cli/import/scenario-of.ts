import { parse, stringify } from 'yaml';
import type { Answer, Bundle } from '../../history/bundle.ts';
import { eventsOf } from '../../history/events.ts';

/** The line by which a scenario that can be played is also taken from its recording. */
export function clusterLine({ history }: Pick<Bundle, 'history'>, recording: string): string {
  const struck = eventsOf(history, 'fault-injected').map(({ alias, struck: [first = ''] }) => `${alias}: ${first}`);
  return `  - { kind: recorded, recording: ${recording}${struck.length > 0 ? `, struck: { ${struck.join(', ')} }` : ''} }`;
}

/** A scenario file that replays the recording, with the truth of the bundle. Where nobody told the truth, its place is left to a person and the file is no scenario yet. */
export function scenarioOf({ run, answer }: Pick<Bundle, 'run' | 'answer'>, recording: string): string {
  const original = originalOf(run.scenario.text);
  const body = {
    scenario: recording,
    title: run.scenario.title,
    story: run.scenario.story || 'What happened, for a person.',
    subject: run.scenario.subject,
    source: run.cluster === 'attach' ? 'recorded on a running cluster' : `recorded on a ${run.cluster} cluster from ${run.scenario.id}`,
    tags: ['recorded', ...run.scenario.tags.filter((tag) => tag !== 'recorded' && tag !== 'attached')],
    difficulty: original.difficulty ?? 'medium',
    cluster: { kind: 'recorded', recording },
    truth: answer ? truthOf(answer) : unknownTruth,
    ...(answer?.detect && { detect: { invariant: answer.detect.invariant, component: answer.detect.component, within: `${Math.round(answer.detect.withinMs / 1000)}s` } }),
  };
  const told = answer ? '' : '# Nobody has told the truth of this recording yet: fill it in (docs/scenario.md), then `lab lint` says whether it is complete.\n';
  return `# yaml-language-server: $schema=../../schema/scenario.schema.json\n${told}${stringify(body, { lineWidth: 140 })}`;
}

/** No verdict of the vocabulary, so that no one takes the file for a scenario. */
const unknownTruth = { verdict: 'TODO', causes: [{ component: 'TODO', kind: 'TODO' }], actions: { recommended: [], acceptable: [], harmful: [] } };

function truthOf({ verdict, causes, impact, lookalikes, actions }: Answer): object {
  return {
    verdict,
    causes: causes.map(({ onsetMs: _onsetMs, accept, ...cause }) => ({ ...cause, ...(accept.length > 0 && { accept }) })),
    ...(impact.length > 0 && { impact }),
    ...(lookalikes.length > 0 && { lookalikes }),
    actions,
  };
}

function originalOf(text: string): { readonly difficulty?: string } {
  try {
    const { difficulty } = (parse(text) ?? {}) as { difficulty?: unknown };
    return typeof difficulty === 'string' ? { difficulty } : {};
  } catch {
    return {};
  }
}
