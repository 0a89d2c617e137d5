import { z } from 'zod';
import { causeKinds, partitionScopes, quotaResources } from '../../src/diagnosis/vocabulary.ts';
import { parseRate, parseSpan } from '../../src/kernel/units.ts';

const span = z.string().refine((text) => parseSpan(text) !== undefined, 'a span such as 250ms, 45s or 3m').meta({ pattern: '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$', examples: ['45s', '3m'] });
const rate = z.string().refine((text) => parseRate(text) !== undefined, 'a rate such as 2000/s').meta({ pattern: '^\\d+(\\.\\d+)?/(s|m|h)$', examples: ['2000/s'] });
const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case words joined by hyphens');

const cause = z.strictObject({
  component: z.string().describe('a node (tikv-2), an alias given by `as`, a group (pd, tikv), clients, cluster'),
  kind: z.enum(causeKinds),
  scope: z.enum(partitionScopes).optional().describe('for network-partition'),
  resource: z.enum(quotaResources).optional().describe('for quota-exhausted'),
});

/** What a step strikes: one node by name or alias, or one drawn by the seed from a role. */
const target = z.union([
  z.string().describe('a node name (tikv-2), a role that is struck as a whole (pd), or clients'),
  z.strictObject({
    role: z.string().describe('one node of this role, drawn by the seed'),
    not: z.string().optional().describe('an alias that must not be drawn again'),
  }),
]);

const step = z.union([
  z.strictObject({ steady: span.describe('ordinary operation before anything is broken') }),
  z.strictObject({
    inject: z.strictObject({
      fault: name.describe('a fault kind; `lab list faults` names them'),
      into: target,
      as: name.optional().describe('a name for what was struck, for later steps and for truth'),
      with: z.record(z.string(), z.unknown()).optional().describe('parameters of the fault'),
    }),
  }),
  z.strictObject({ hold: span.describe('the incident goes on') }),
  z.strictObject({ revert: name.describe('ends the injection with this alias') }),
  z.strictObject({ recover: span.describe('time to converge after the last revert') }),
]);

/** The scenario file, as its author writes it. `z.toJSONSchema` of this is the committed JSON Schema. */
export const scenarioSchema = z.strictObject({
  scenario: name.describe('its name; the file has the same'),
  title: z.string().min(1),
  story: z.string().min(1).describe('what happens, for a person'),
  subject: name.describe('the database: tikv'),
  source: z.string().optional().describe('where this incident is known from'),
  tags: z.array(name).default([]),
  difficulty: z.enum(['easy', 'medium', 'hard']).default('medium'),
  cluster: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('twin'),
      pd: z.number().int().min(1).max(5).default(3),
      tikv: z.number().int().min(3).max(100).default(3),
      regions: z.number().int().min(1).max(100_000).default(120),
    }),
    z.strictObject({ kind: z.literal('recorded'), recording: name.describe('a folder under recordings/') }),
  ]),
  load: z
    .strictObject({
      shape: z.enum(['mixed', 'idle']).default('mixed'),
      rate: rate.default('2000/s'),
      reads: z.number().min(0).max(1).default(0.7).describe('share of reads'),
      keys: z.enum(['uniform', 'zipfian']).default('zipfian'),
      valueBytes: z.number().int().min(1).max(8_388_608).default(1024),
    })
    .optional(),
  timeline: z.array(step).min(1).optional().describe('what happens when; a recording brings its own'),
  diagnose: z.strictObject({ after: span.describe('this long after the first ticket the incident is handed over') }).optional(),
  truth: z.strictObject({
    verdict: z.enum(['fault', 'healthy', 'insufficient-evidence']),
    causes: z
      .array(cause.extend({ accept: z.array(cause).default([]).describe('equivalents that are right too') }))
      .default([]),
    impact: z.array(z.strictObject({ component: z.string(), effect: z.string() })).default([]),
    lookalikes: z
      .array(z.strictObject({ component: z.string(), kind: z.enum(causeKinds), ruledOutBy: z.string() }))
      .default([])
      .describe('tempting wrong answers, and what rules each out'),
    actions: z
      .strictObject({ recommended: z.array(name).default([]), acceptable: z.array(name).default([]), harmful: z.array(name).default([]) })
      .prefault({}),
  }),
  detect: z
    .strictObject({ invariant: name, component: z.string(), within: span })
    .optional()
    .describe('which invariant should notice, and by when after the injection'),
});

/** A scenario file after validation, defaults filled in. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;
/** One step of a timeline. */
export type ScenarioStep = z.infer<typeof step>;
/** What a step strikes. */
export type ScenarioTarget = z.infer<typeof target>;

/** A loaded scenario: the file's content, with where it came from. */
export interface Scenario extends ScenarioFile {
  /** `tikv/store-down`: the path under `scenarios/` without its ending. */
  readonly id: string;
  /** Path of the file, relative to where the command runs. */
  readonly file: string;
  /** The text as it was read, for the report. */
  readonly text: string;
}
