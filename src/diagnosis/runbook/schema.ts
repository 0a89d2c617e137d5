import { z } from 'zod';
import { nearest } from '../../kernel/text.ts';
import { causeKinds, partitionScopes } from '../vocabulary.ts';

const kind = z.enum(causeKinds, {
  error: ({ input }) => {
    if (input === undefined) return undefined;
    const near = nearest(String(input), causeKinds);
    return `there is no cause ${JSON.stringify(input)} in the vocabulary${near === undefined ? '' : `; did you mean "${near}"?`}`;
  },
});
const text = z.string().min(1);
const bearer = z.string().regex(/^(clients|region|[a-z][a-z0-9]*(-group)?)$/, 'a role (tikv), a whole group of one (tikv-group), clients, cluster or region');
const weighted = z.strictObject({
  sign: text,
  weight: z.number().positive().max(20).describe('roughly the logarithm of how much likelier the sign is with the cause than without'),
  missing: z.number().min(0).max(20).optional().describe('what its absence costs; default half its weight'),
});

/** A measurement of the user's own: one expression, and when its newest value counts as a sign. */
export const ownObservationSchema = z.strictObject({
  promql: text.describe('one series for each value of `by`'),
  by: text.default('instance').describe('the label that names the node'),
  about: z.enum(['nodes', 'cluster']).default('nodes').describe('cluster: one true series is a sign about everybody'),
  above: z.number().optional(),
  below: z.number().optional(),
  timesQuiet: z.number().positive().optional().describe('at least so many times the quiet median'),
  says: text.describe('the sign in words; {component} is the node'),
}).refine(({ above, below, timesQuiet }) => [above, below, timesQuiet].filter((each) => each !== undefined).length === 1, 'needs exactly one of above, below and timesQuiet');

/** One cause as a user writes it down in a YAML file. */
export const causeFileSchema = z.strictObject({
  cause: kind,
  scope: z.enum(partitionScopes).optional(),
  about: z.array(bearer).min(1).describe('which components can have it'),
  replaces: z.boolean().default(false).describe('takes the place of the built-in causes of the same kind for the same components'),
  needs: z.array(z.array(text).min(1)).min(1).describe('each list needs at least one sign that is there'),
  predicts: z.array(weighted).min(1),
  forbids: z.array(weighted).default([]),
  lookalikes: z.array(kind).default([]),
  brings: z.array(kind).default([]),
  benign: z.boolean().default(false).describe('ordinary operation, not a fault'),
  summary: text.describe('{component} is whoever has it'),
  mechanism: text,
  impact: z.array(z.strictObject({ component: z.enum(['component', 'group', 'burdened', 'clients', 'cluster']), effect: text })).min(1),
  remedies: z.array(z.strictObject({ action: text, on: z.literal('component').optional(), benefits: text, risks: text, reversible: z.boolean() })).min(1),
  verifyBy: text,
  observations: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and hyphens'), ownObservationSchema).default({}).describe('signs of your own, by name'),
});

/** A cause file as it was read. */
export type CauseFile = z.infer<typeof causeFileSchema>;
/** A measurement of the user's own. */
export type OwnObservation = z.infer<typeof ownObservationSchema>;
