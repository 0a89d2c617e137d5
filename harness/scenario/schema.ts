import { z } from 'zod';
import { causeKinds, partitionScopes, quotaResources } from '../../src/diagnosis/vocabulary.ts';
import { parseRate, parseSpan } from '../../src/kernel/units.ts';

const span = z.string().refine((text) => parseSpan(text) !== undefined, 'a span such as 250ms, 45s or 3m').meta({ pattern: '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$', examples: ['45s', '3m'] });
const rate = z.string().refine((text) => parseRate(text) !== undefined, 'a rate such as 2000/s').meta({ pattern: '^\\d+(\\.\\d+)?/(s|m|h)$', examples: ['2000/s'] });
const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case words joined by hyphens');
const text = z.string().min(1);
const component = text.describe('a node (tikv-2), an alias given by `as`, a group (pd, tikv), clients, cluster, or region-N');

const cause = z.strictObject({
  component,
  kind: z.enum(causeKinds).describe('what is wrong with it, a word of the closed vocabulary'),
  scope: z.enum(partitionScopes).optional().describe('for network-partition: who still sees whom'),
  resource: z.enum(quotaResources).optional().describe('for quota-exhausted: what ran out'),
});

/** What a step strikes: one node by name or alias, or one drawn by the seed from a role. */
const target = z.union([
  text.describe('a node (tikv-2), the alias of an earlier injection, a group that is struck as one (pd), or clients').meta({ examples: ['tikv-2', 'pd'] }),
  z.strictObject({
    role: text.describe('one node of this role, drawn by the seed').meta({ examples: ['tikv'] }),
    leads: z.literal(true).optional().describe('the node that leads this role when the step is played, e.g. the PD leader'),
    not: name.optional().describe('the alias of an earlier injection whose node is not drawn again').meta({ examples: ['victim'] }),
  }),
]);

const injection = z.strictObject({
  fault: name.describe('a fault kind; `lab list faults` names them').meta({ examples: ['process-kill'] }),
  into: target.describe('what it strikes'),
  as: name.optional().describe('a name for what is struck, for later steps and for the truth; without it, the fault kind is the name').meta({ examples: ['victim'] }),
  with: z.record(z.string(), z.unknown()).optional().describe('parameters of the fault'),
  flapping: z.strictObject({ on: span.describe('so long it is there'), off: span.describe('so long it is gone') }).optional().describe('it comes and goes until it is reverted'),
  ramp: z.strictObject({ over: span.describe('how long it grows'), to: z.record(z.string(), z.unknown()).describe('the parameters at the end') }).optional().describe('it grows from its parameters to these, and then stays'),
});

const step = z.union([
  z.strictObject({ steady: span.describe('ordinary operation before anything is broken; always the first step') }),
  z.strictObject({ inject: injection.describe('breaks one thing') }),
  z.strictObject({ hold: span.describe('time in which the incident goes on') }),
  z.strictObject({ revert: name.describe('ends the injection with this alias').meta({ examples: ['victim'] }) }),
  z.strictObject({ recover: span.describe('time to converge after the last revert') }),
]);

const nodes = z
  .record(name, z.number().int().min(1).max(100))
  .describe('how many nodes of each role')
  .meta({ examples: [{ member: 3 }, { pd: 3, tikv: 3 }] });
const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).describe("the database's own settings, by its own names, beyond the lab's");
const twinSettings = settings.describe('settings of its stores by their own names, of those that the model heeds').meta({ examples: [{ 'storage.flow-control.enable': false }] });

const clusterChoice = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('twin').describe('the embedded model in virtual time'),
    pd: z.number().int().min(1).max(5).default(3).describe('PD members: pd-1, pd-2, …'),
    tikv: z.number().int().min(3).max(100).default(3).describe('TiKV stores: tikv-1, tikv-2, …'),
    spares: z.number().int().min(0).max(10).optional().describe('machines for so many more stores, whose names follow on; each stands empty until a store is started there'),
    regions: z.number().int().min(1).max(100_000).default(120).describe('regions that the data is cut into'),
    settings: twinSettings.optional(),
  }),
  z.strictObject({
    kind: z.literal('recorded').describe('nothing is started: the recording is replayed by the clock'),
    recording: name.describe('a folder under recordings/').meta({ examples: ['store-kill'] }),
    struck: z.record(name, text).optional().describe('which node of the recording each alias of the timeline is').meta({ examples: [{ victim: 'etcd-1' }] }),
  }),
  z.strictObject({ kind: z.literal('process').describe('real programs as processes of this machine'), nodes, settings: settings.optional() }),
  z.strictObject({ kind: z.literal('compose').describe('real programs in containers'), nodes, settings: settings.optional() }),
]);

const cluster = z.union([clusterChoice, z.array(clusterChoice).min(1).describe('the kinds that it can run on, best first')]);

const load = z.strictObject({
  shape: z.enum(['mixed', 'idle']).default('mixed').describe('reads and writes, or next to nothing'),
  rate: rate.default('2000/s').describe('requests of all clients together'),
  reads: z.number().min(0).max(1).default(0.7).describe('share of reads, 0 to 1'),
  keys: z.enum(['uniform', 'zipfian']).default('zipfian').describe('all keys alike, or few keys hot'),
  valueBytes: z.number().int().min(1).max(8_388_608).default(1024).describe('size of one value'),
  api: z.enum(['raw', 'txn']).optional().describe('raw commands, or transactions of one key each, which flow control can hold back; only the twin has clients for the latter'),
  transactions: rate.optional().describe('transactions besides, each of which reads a key and writes two; only the twin has clients for them').meta({ examples: ['5/s'] }),
});

const action = name.meta({ examples: ['restart-store'] });

const truth = z.strictObject({
  verdict: z.enum(['fault', 'healthy', 'insufficient-evidence']).describe('what an expert concludes'),
  causes: z
    .array(cause.extend({ accept: z.array(cause).default([]).describe('equivalents that are right too') }))
    .default([])
    .describe('the earliest things that went wrong'),
  impact: z.array(z.strictObject({ component, effect: text.describe('what suffers, in words') })).default([]).describe('who suffers, and how'),
  lookalikes: z
    .array(z.strictObject({ component, kind: z.enum(causeKinds), ruledOutBy: text.describe('the observation that separates it from the truth') }))
    .default([])
    .describe('tempting wrong answers, and what rules each out'),
  actions: z
    .strictObject({
      recommended: z.array(action).default([]).describe('what an expert would do'),
      acceptable: z.array(action).default([]).describe('what does no harm'),
      harmful: z.array(action).default([]).describe('what makes it worse: advising it fails the run'),
    })
    .prefault({})
    .describe('what may be recommended; `lab list actions` names them'),
});

/** The scenario file, as its author writes it. `z.toJSONSchema` of this is the committed JSON Schema. */
export const scenarioSchema = z.strictObject({
  scenario: name.describe('its name; the file has the same').meta({ examples: ['store-down'] }),
  title: text.describe('one line for lists and reports; no agent sees it').meta({ examples: ['A store dies without a word'] }),
  story: text.describe('what happens, for a person; no agent sees it'),
  subject: name.describe('the database').meta({ examples: ['tikv'] }),
  source: z.string().optional().describe('where this incident is known from'),
  tags: z.array(name.meta({ examples: ['availability'] })).default([]).describe('words to select scenarios by'),
  difficulty: z.enum(['easy', 'medium', 'hard']).default('medium').describe('for an expert with the same tools'),
  cluster: cluster.describe('what is started'),
  load: load.optional().describe('the traffic of the clients; not for a recording'),
  timeline: z.array(step).min(1).max(200).optional().describe('what happens when, from top to bottom; a recording brings its own'),
  diagnose: z
    .union([
      z.strictObject({ after: span.describe('this long after the first ticket the incident is handed over; default 60s') }),
      z.strictObject({ at: z.literal('end').describe('when the timeline is over and everything is healed') }),
    ])
    .optional()
    .describe('when the diagnostician is asked'),
  truth: truth.describe('the answer, which no agent ever sees'),
  detect: z
    .strictObject({
      invariant: name.describe('the invariant that is violated').meta({ examples: ['store-down'] }),
      component,
      within: span.describe('by when after the injection'),
    })
    .optional()
    .describe('which ticket the monitor should open, and by when'),
});

/** A scenario file after validation, defaults filled in. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;
/** One step of a timeline. */
export type ScenarioStep = z.infer<typeof step>;
/** What a step strikes. */
export type ScenarioTarget = z.infer<typeof target>;

/** One kind of cluster that a scenario can run on. */
export type ClusterChoice = z.infer<typeof clusterChoice>;

/** A scenario's content with the cluster that it is to run on. */
export interface ScenarioBody extends Omit<ScenarioFile, 'cluster'> {
  readonly cluster: ClusterChoice;
}

/** A loaded scenario: the file's content, with where it came from. */
export interface Scenario extends ScenarioBody {
  /** Every kind of cluster that the file lists, best first; `cluster` is the one that was chosen, at first the best. */
  readonly clusters: readonly ClusterChoice[];
  /** `tikv/store-down`: the path under `scenarios/` without its ending; for a file elsewhere, its name. */
  readonly id: string;
  /** `scenarios/tikv/store-down.yaml`; for a file elsewhere, its own name, so that bundles are the same everywhere. */
  readonly file: string;
  /** The text as it was read, for the report. */
  readonly text: string;
}

/** Every kind of cluster that a file lists, best first. */
export function clustersOf({ cluster: listed }: Pick<ScenarioFile, 'cluster'>): readonly [ClusterChoice, ...ClusterChoice[]] {
  return Array.isArray(listed) ? (listed as [ClusterChoice, ...ClusterChoice[]]) : [listed];
}
