import { LabError, orThrow } from '../../src/kernel/result.ts';
import { findScenario, scenarioFromFile } from '../scenario/loader.ts';
import type { Scenario } from '../scenario/schema.ts';
import { labKnowledge } from './knowledge.ts';
import { userPath } from './places.ts';

/** The scenario that a command names or points at; a broken file ends the command (exit 2) with every problem and its place. */
export function chosenScenario(name: string | undefined, file: string | undefined): Scenario {
  if (file !== undefined && name !== undefined) throw usage(`both "${name}" and --scenario-file ${file} are given`, 'Give one of them.');
  if (file !== undefined) return orThrow(scenarioFromFile(userPath(file), labKnowledge()), 2);
  if (name === undefined) throw usage('no scenario is named', 'Try: npx lab run store-down, or npx lab list.');
  return orThrow(findScenario(name, { knowledge: labKnowledge() }), 2);
}

const usage = (because: string, advice: string): LabError => new LabError({ code: 'LAB_USAGE', because, advice }, 2);
