import { z } from 'zod';
import type { Clock, Millis } from '../kernel/clock.ts';
import type { Json } from '../kernel/json.ts';
import type { Failure, Result } from '../kernel/result.ts';
import type { ActionSpec, Topology } from '../subjects/contract.ts';
import type { Incident } from '../tickets/contract.ts';
import { causeKinds, partitionScopes, quotaResources } from './vocabulary.ts';

/** How a claim compares what it cites with what it says. */
export const assertionOps = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'approx', 'contains', 'absent', 'exists'] as const;

/** A claim that code can check: the value at `path` of the observation, compared with `value`. */
export const assertionSchema = z.object({
  op: z.enum(assertionOps).describe('approx compares numbers within `tolerance`; contains is a part of the text; absent and exists look only at the path'),
  value: z.union([z.number(), z.string(), z.boolean()]).optional().describe('numbers may be given where the observation holds a numeric string'),
  tolerance: z.number().nonnegative().optional().describe('for approx: the allowed absolute difference (default 5 % of value)'),
});

/** One cited piece of evidence. */
export const evidenceSchema = z.object({
  id: z.string().regex(/^E\d+$/).describe('E1, E2, …; other fields refer to it'),
  claim: z.string().min(1).describe('what this shows, in words, with its numbers'),
  observation: z.string().regex(/^O\d+$/).describe('id of the tool answer that shows it'),
  path: z.string().optional().describe('JSON pointer (RFC 6901) into that answer, e.g. /result/0/value/1'),
  asserts: assertionSchema.optional(),
});

/** One root cause. */
export const rootCauseSchema = z.object({
  component: z.string().min(1).describe('node (tikv-2), group (pd), region-N, clients or cluster'),
  kind: z.enum(causeKinds),
  scope: z.enum(partitionScopes).optional().describe('for network-partition'),
  resource: z.enum(quotaResources).optional().describe('for quota-exhausted'),
  mechanism: z.string().min(1).describe('how this cause makes what is seen'),
  onset: z.number().describe('when it began, milliseconds since the Unix epoch'),
});

/** What every diagnostician must return. */
export const diagnosisSchema = z.object({
  verdict: z.enum(['fault', 'healthy', 'insufficient-evidence']),
  summary: z.string().min(1).describe('what is happening, for a person'),
  rootCauses: z.array(rootCauseSchema).max(8),
  impact: z.array(z.object({ component: z.string().min(1), effect: z.string().min(1) })),
  evidence: z.array(evidenceSchema).max(40),
  hypotheses: z.array(
    z.object({
      cause: z.object({ component: z.string().min(1), kind: z.enum(causeKinds) }),
      verdict: z.enum(['accepted', 'rejected', 'open']),
      because: z.string().min(1),
      evidence: z.array(z.string()),
    }),
  ),
  options: z.array(
    z.object({
      action: z.object({ name: z.string().min(1), target: z.string().optional() }),
      benefits: z.string(),
      risks: z.string(),
      reversible: z.boolean(),
    }),
  ),
  recommendation: z
    .object({ option: z.number().int().nonnegative().describe('index into options'), rationale: z.string(), verifyBy: z.string() })
    .nullable()
    .describe('null only when there is nothing to do'),
  confidence: z.number().min(0).max(1),
});

/** A diagnosis; see `diagnosisSchema` for the meaning of each field. */
export type Diagnosis = z.infer<typeof diagnosisSchema>;
/** One cited piece of evidence. */
export type Evidence = z.infer<typeof evidenceSchema>;
/** One root cause. */
export type RootCause = z.infer<typeof rootCauseSchema>;

/** `O1`, `O2`, … in the order of asking. */
export type ObservationId = `O${number}`;

/** One tool answer, kept verbatim so that every citation can be checked afterwards. */
export interface ToolObservation {
  readonly id: ObservationId;
  readonly tool: string;
  readonly args: Json;
  /** When it was asked, in the cluster's time. */
  readonly atMs: Millis;
  readonly ok: boolean;
  /** What was shown: citations are checked against this. */
  readonly answer: Json;
  /** The whole answer where what was shown is only its beginning. */
  readonly whole?: Json;
}

/** A read-only tool on the desk: named, described and typed, so that a person or a model can use it. */
export interface DeskTool {
  readonly name: string;
  /** One paragraph for the one who chooses tools. */
  readonly description: string;
  readonly input: z.ZodType;
}

/** What the diagnostician works at: tools, time, and the log of what was really shown. */
export interface Desk {
  readonly tools: readonly DeskTool[];
  /** Runs one tool. Unknown tools and bad arguments come back as an observation with `ok: false`, never as an exception. */
  readonly call: (tool: string, args: Json) => Promise<ToolObservation>;
  /** Everything shown so far. */
  readonly observations: readonly ToolObservation[];
  /** Cluster time; it may stand still while somebody thinks. */
  readonly clock: Pick<Clock, 'now'>;
}

/** What is asked: the incident, who is deployed, what could be done, and which window was quiet before. */
export interface Assignment {
  readonly subject: string;
  readonly incident: Incident;
  readonly topology: Topology;
  readonly actions: readonly ActionSpec[];
  /** A stretch of ordinary operation to compare with. */
  readonly quiet: { readonly fromMs: Millis; readonly toMs: Millis };
  readonly nowMs: Millis;
}

/** What a diagnostician says about its own working, for the transcript: a thought, a model turn with its cost, a note. */
export interface TranscriptNote {
  readonly kind: 'thought' | 'turn' | 'note';
  readonly text: string;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number; readonly cachedTokens?: number; readonly costUsd?: number };
}

/** The session around one diagnosis. */
export interface Session {
  readonly desk: Desk;
  readonly note: (note: TranscriptNote) => void;
  /** A line for whoever waits at a terminal; it is not kept. */
  readonly progress?: (line: string) => void;
  /** Aborted when the lab is interrupted or the time limit is reached. */
  readonly signal: AbortSignal;
}

/**
 * Whether a failure is nobody's diagnosis: `AGENT_UNAVAILABLE` (no key, no program) and everything that begins with `ENDPOINT_`
 * (the model's endpoint refused the key or the request, limited the rate, failed, went silent or broke off).
 */
export const isInfrastructure = ({ code }: Pick<Failure, 'code'>): boolean => code === 'AGENT_UNAVAILABLE' || code.startsWith('ENDPOINT_');

/**
 * Explains an incident. A failure of the agent is one of the stable codes `AGENT_CRASHED`, `AGENT_TIMEOUT`, `AGENT_GARBAGE`
 * (not the contract's JSON), `AGENT_REFUSED`, `AGENT_BUDGET`, `AGENT_TRUNCATED` (its answer reached the limit of one answer) and
 * `AGENT_CONTEXT_FULL` (the conversation outgrew the model); others are infrastructure, see `isInfrastructure`.
 */
export interface Diagnostician {
  readonly name: string;
  /** Everything that can change its answers: version, model, prompt, options. */
  readonly fingerprint: () => string;
  /** Asked before a cluster is started; a failure (no key, no program) ends the run as infrastructure. */
  readonly ready?: () => Result<void>;
  /** How many tokens of one answer it can take in; a program that is no model may take more than the desk's own limit. */
  readonly answerTokensMax?: number;
  readonly diagnose: (assignment: Assignment, session: Session) => Promise<Result<Diagnosis>>;
}
