import type { Bundle } from '../../history/bundle.ts';
import { againCommand } from '../again.ts';

/** The scenario as it was written, line by line, and what it means for this run. */
export function scenarioView({ run, answer }: Bundle) {
  return {
    file: run.scenario.file,
    lines: run.scenario.text.replace(/\n$/, '').split('\n').map((text, i) => ({ number: i + 1, text })),
    lab: run.labVersion, subject: run.scenario.subject, tags: run.scenario.tags.join(', ') || 'none',
    struck: (answer?.faults ?? []).map((fault) => `${fault.alias}: ${fault.fault} into ${fault.struck.join(', ')}`),
    again: againCommand(run),
  };
}

/** The other files of the bundle, which lie beside the page. */
export const downloads: readonly { readonly href: string; readonly what: string }[] = [
  { href: 'run.json', what: 'identity, versions, seed, verdict, scorecard' },
  { href: 'history.jsonl', what: 'every event, in order' },
  { href: 'answer.json', what: 'the truth; no diagnostician ever reads it' },
  { href: 'transcript.jsonl', what: 'every tool answer and thought, whole' },
  { href: 'signals.json', what: 'the numbers behind the charts' },
  { href: 'incident/', what: 'metrics, control plane and logs: all that a diagnostician may read' },
];
