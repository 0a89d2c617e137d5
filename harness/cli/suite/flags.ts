import { type Diagnostician } from '../../../src/diagnosis/contract.ts';
import { diagnosticianNamed } from '../../../src/diagnosis/registry.ts';
import { LabError, orThrow } from '../../../src/kernel/result.ts';
import { inVirtualTime } from '../../lab/choose-cluster.ts';
import { listScenarios, scenarioFromFile } from '../../scenario/loader.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { labKnowledge } from '../knowledge.ts';
import { userPath } from '../places.ts';

/**
 * The scenarios whose id contains the filter or that carry it as a tag; all without one, each on a cluster that costs no
 * wall time. One that needs a real cluster is left out, and so is one that could only replay a recording that another
 * replays already. A broken file among them and an empty choice end the command (exit 2).
 */
export function chosenScenarios(filter: string | undefined, root?: string): Scenario[] {
  const knowledge = labKnowledge();
  const chosen = listScenarios(root).flatMap(({ id, file }) => {
    const loaded = scenarioFromFile(file, knowledge);
    if (filter === undefined || id.includes(filter)) return [orThrow(loaded, 2)];
    // The tags of a broken file are unknown; lint reports it, and it does not stop those that were asked for.
    return loaded.ok && loaded.value.tags.includes(filter) ? [loaded.value] : [];
  });
  const virtual = withoutRepeats(chosen.flatMap((scenario) => inVirtualTime(scenario) ?? []));
  if (virtual.length > 0) return virtual;
  if (chosen.length > 0) throw new LabError({ code: 'LAB_NEEDS_REAL_CLUSTER', because: `${chosen.map((scenario) => scenario.id).join(', ')} run on real clusters only`, advice: 'Run them one by one: npx lab run NAME.' }, 2);
  throw new LabError({ code: 'LAB_UNKNOWN_SCENARIO', because: filter === undefined ? 'there are no scenarios' : `no scenario has "${filter}" in its name or among its tags`, advice: 'npx lab list names them all.' }, 2);
}

function withoutRepeats(scenarios: readonly Scenario[]): Scenario[] {
  const recordingOf = ({ cluster }: Scenario): string | undefined => (cluster.kind === 'recorded' ? cluster.recording : undefined);
  const own = new Set(scenarios.filter((scenario) => scenario.clusters.length === 1).map(recordingOf));
  return scenarios.filter((scenario) => scenario.clusters.length === 1 || recordingOf(scenario) === undefined || !own.has(recordingOf(scenario)));
}

/** The diagnostician that a flag names. */
export async function chosenDiagnostician(spec: string): Promise<Diagnostician> {
  return orThrow(await diagnosticianNamed(spec, { fromDir: userPath('.') }), 2);
}

/** A whole number out of a flag, at least `min`. */
export function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min && text.trim() !== '') return value;
  throw new LabError({ code: 'LAB_USAGE', because: `${flag} takes a whole number from ${min} on, not "${text}"`, advice: `Write ${flag} ${Math.max(min, 2)}, or leave it out for the default.` }, 2);
}

/** Claude where there is a key, the built-in rules otherwise. */
export const defaultDiagnostician = (): string => ((process.env['ANTHROPIC_API_KEY'] ?? '') === '' ? 'rules' : 'claude');

/** An amount of money out of a flag. */
export function dollars(flag: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new LabError({ code: 'LAB_USAGE', because: `${flag} takes an amount like 20 or 0.5, not "${text}"`, advice: 'Write the number alone, without a currency.' }, 2);
}
