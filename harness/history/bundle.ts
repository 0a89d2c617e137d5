import { z } from 'zod';
import type { Diagnosis, ToolObservation, TranscriptNote } from '../../src/diagnosis/contract.ts';
import { causeKinds } from '../../src/diagnosis/vocabulary.ts';
import type { HistoryEvent } from './events.ts';

const cause = z.object({ component: z.string(), kind: z.enum(causeKinds), scope: z.string().optional(), resource: z.string().optional() });

/** `answer.json`: the truth of a run with every alias resolved to nodes. Kept outside `incident/`; no agent ever reads it. */
export const answerSchema = z.object({
  schema: z.literal('lab.answer/v1'),
  verdict: z.enum(['fault', 'healthy', 'insufficient-evidence']),
  causes: z.array(cause.extend({ onsetMs: z.number(), accept: z.array(cause) })),
  impact: z.array(z.object({ component: z.string(), effect: z.string() })),
  lookalikes: z.array(z.object({ component: z.string(), kind: z.enum(causeKinds), ruledOutBy: z.string() })),
  actions: z.object({ recommended: z.array(z.string()), acceptable: z.array(z.string()), harmful: z.array(z.string()) }),
  detect: z.object({ invariant: z.string(), component: z.string(), withinMs: z.number() }).nullable(),
  /** Who exists, with every name that an operator might use. */
  nodes: z.array(z.object({ id: z.string(), role: z.string(), host: z.string(), aliases: z.array(z.string()) })),
  /** When faults acted, for scoring and for painting. */
  faults: z.array(z.object({ alias: z.string(), fault: z.string(), struck: z.array(z.string()), fromMs: z.number(), toMs: z.number().nullable(), label: z.string(), colour: z.string() })),
});

/** The truth of a run. */
export type Answer = z.infer<typeof answerSchema>;

/** The one state that a trial ends in; `running` is what a killed run leaves behind, `diagnosed` an incident whose truth nobody told. */
export const runStates = ['scored', 'invalid-injection', 'no-symptom', 'infra-error', 'agent-error', 'interrupted', 'running', 'diagnosed'] as const;
/** One of `runStates`. */
export type RunState = (typeof runStates)[number];

const criterion = z.object({
  name: z.string(),
  /** Points earned; null when it could not be judged. */
  earned: z.number().nullable(),
  possible: z.number(),
  verdict: z.enum(['pass', 'partial', 'fail', 'unknown']),
  reason: z.string(),
});

/** What happened when one citation was checked against what was really shown. */
export const evidenceCheckSchema = z.object({
  id: z.string(),
  check: z.enum(['matches', 'differs', 'not-found', 'unchecked']),
  reason: z.string(),
  /** The value that the observation holds, where there is one. */
  found: z.unknown().optional(),
});

/** How one citation fared. */
export type EvidenceCheck = z.infer<typeof evidenceCheckSchema>;

/** The judged run. */
export const scorecardSchema = z.object({
  schema: z.literal('lab.scorecard/v1'),
  verdict: z.enum(['PASS', 'FAIL', 'INCONCLUSIVE', 'ERROR', 'INTERRUPTED']),
  /** 0 to 100 over what could be judged; null where nothing could. */
  score: z.number().nullable(),
  /** Right component and right cause and no false extra cause, on evidence that holds. */
  headline: z.boolean(),
  /** One of the failure classes of the report, or null for a pass. */
  failureClass: z.string().nullable(),
  said: z.string(),
  expected: z.string(),
  because: z.string(),
  criteria: z.array(criterion),
  evidence: z.array(evidenceCheckSchema),
});

/** The judged run. */
export type Scorecard = z.infer<typeof scorecardSchema>;
/** One line of a scorecard. */
export type Criterion = z.infer<typeof criterion>;

/** `run.json`: what was run, how it ended, how it was judged. No wall time is in a bundle. */
export const runSchema = z.object({
  schema: z.literal('lab.run/v1'),
  labVersion: z.string(),
  scenario: z.object({ id: z.string(), title: z.string(), subject: z.string(), file: z.string(), text: z.string(), story: z.string(), tags: z.array(z.string()) }),
  seed: z.number(),
  cluster: z.string(),
  diagnostician: z.object({ name: z.string(), fingerprint: z.string() }),
  state: z.enum(runStates),
  because: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  /** SHA-256 over every other file of the bundle except index.html, and over this one without this field. Empty while running. */
  digest: z.string(),
  scorecard: scorecardSchema.nullable(),
});

/** What was run, how it ended, how it was judged. */
export type Run = z.infer<typeof runSchema>;

/** One line of `transcript.jsonl`, in the order in which it happened. */
export type TranscriptEntry = ({ readonly kind: 'observation' } & ToolObservation) | TranscriptNote;

/** One line of a chart: a signal evaluated over the whole run, kept so that pages need no query engine. */
export interface SignalSeries {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly threshold?: number;
  /** The expression that made it; pages compare it with what the diagnostician asked, to say who looked where. */
  readonly promql?: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

/** A bundle in memory: all that scoring and reporting may read. */
export interface Bundle {
  readonly run: Run;
  readonly history: readonly HistoryEvent[];
  /** Null when a run ended before the truth was written. */
  readonly answer: Answer | null;
  readonly transcript: readonly TranscriptEntry[];
  readonly signals: readonly SignalSeries[];
}

/** The submitted diagnosis of a bundle, or undefined where none was. */
export function submittedDiagnosis(bundle: Pick<Bundle, 'history'>): Diagnosis | undefined {
  return bundle.history.find((event) => event.kind === 'diagnosis-submitted')?.diagnosis;
}
