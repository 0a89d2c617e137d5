import { describe } from 'vitest';
import { chosenScenarios } from '../harness/cli/suite/flags.ts';
import { rulesAreRight } from './rules-are-right.ts';

// As a suite chooses them: on clusters that cost no wall time.
describe('scenarios: rules is right with seed 1', () => void rulesAreRight(chosenScenarios(undefined).filter(({ id }) => !id.startsWith('recorded/'))));
