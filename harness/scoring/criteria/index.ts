import type { Rule } from '../case.ts';
import { calibration } from './calibration.ts';
import { cause } from './cause.ts';
import { component } from './component.ts';
import { cost } from './cost.ts';
import { differential } from './differential.ts';
import { grounding } from './grounding.ts';
import { impact } from './impact.ts';
import { onset } from './onset.ts';
import { recommendation } from './recommendation.ts';
import { verdict } from './verdict.ts';

/** What is judged of a diagnosis, in the order of the report; with detection, which judges the monitor, they make 100 points. */
export const diagnosisRules: readonly Rule[] = [verdict, component, cause, onset, impact, grounding, differential, recommendation, calibration, cost];
