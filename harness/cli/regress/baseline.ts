import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { runStates } from '../../history/bundle.ts';
import { writeAtomically } from '../../history/files.ts';
import type { Trial } from '../suite/trial.ts';

const trialSchema = z.object({
  scenario: z.string(),
  seed: z.number().int(),
  cluster: z.string(),
  state: z.enum(runStates),
  verdict: z.string(),
  score: z.number().nullable(),
  failureClass: z.string().nullable(),
  said: z.string(),
  expected: z.string(),
  criteria: z.record(z.string(), z.number().nullable()),
  telemetry: z.string().nullable(),
  /** What was asked, in order; absent in older baselines. */
  steps: z.array(z.string()).optional(),
});

/** In the file each question is written once, and trials name them by their place in that list. */
const storedTrialSchema = trialSchema.omit({ steps: true }).extend({ path: z.array(z.number().int().nonnegative()).optional() });

const baselineSchema = z.object({
  schema: z.literal('lab.baseline/v1'),
  diagnostician: z.object({ spec: z.string(), name: z.string(), fingerprint: z.string() }),
  labVersion: z.string(),
  reason: z.string().min(1),
  steps: z.array(z.string()).optional(),
  trials: z.array(storedTrialSchema),
});

/** What was accepted as good enough, trial by trial; a committed file that only `lab baseline accept` writes. */
export type Baseline = Omit<z.infer<typeof baselineSchema>, 'steps' | 'trials'> & { readonly trials: readonly BaselineTrial[] };
/** One trial as a baseline keeps it: how it was judged, not what was recorded. */
export type BaselineTrial = z.infer<typeof trialSchema>;

/** A finished trial in the form in which it can be compared and committed. */
export function forBaseline(trial: Trial): BaselineTrial {
  const { scenario, seed, cluster, state, telemetry, scorecard, steps } = trial;
  const { verdict, score, failureClass, said, expected, criteria } = scorecard;
  return { scenario, seed, cluster, state, verdict, score, failureClass, said, expected, criteria: Object.fromEntries(criteria.map((each) => [each.name, each.earned])), telemetry, steps: [...steps] };
}

/** Reads a baseline. A missing one is a failure of its own: it means "cannot say", not "broken". */
export function readBaseline(path: string): Result<Baseline> {
  if (!existsSync(path)) return failed('LAB_NO_BASELINE', `there is no baseline at ${path}`, 'Accept one: npx lab baseline accept --reason "first baseline"');
  try {
    const parsed = baselineSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return ok(unpacked(parsed.data));
    const issue = parsed.error.issues[0];
    return failed('LAB_BASELINE_BROKEN', `${path} is no baseline of this version: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(), 'accept a new one: npx lab baseline accept --reason "what changed"');
  } catch (error) {
    return failed('LAB_BASELINE_BROKEN', `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 'take it back from the history of the repository, or accept a new one');
  }
}

function unpacked({ steps = [], trials, ...head }: z.infer<typeof baselineSchema>): Baseline {
  return { ...head, trials: trials.map(({ path, ...trial }) => (path === undefined ? trial : { ...trial, steps: path.map((index) => steps[index] ?? `step ${index}`) })) };
}

/** Writes a baseline so that its diff reads well: one line per trial, in order of scenario and seed. */
export function writeBaseline(path: string, baseline: Baseline): void {
  const { trials, ...head } = baseline;
  const sorted = trials.toSorted((a, b) => (a.scenario < b.scenario ? -1 : a.scenario > b.scenario ? 1 : a.seed - b.seed));
  const steps = [...new Set(sorted.flatMap((trial) => trial.steps ?? []))];
  const places = new Map(steps.map((step, index) => [step, index]));
  const lines = sorted.map(({ steps: own, ...trial }) => `    ${JSON.stringify(own === undefined ? trial : { ...trial, path: own.map((step) => places.get(step)) })}`);
  const asked = steps.length === 0 ? '' : `  "steps": [\n${steps.map((step) => `    ${JSON.stringify(step)}`).join(',\n')}\n  ],\n`;
  mkdirSync(dirname(path), { recursive: true });
  writeAtomically(path, `${JSON.stringify(head, null, 2).replace(/\n\}$/, '')},\n${asked}  "trials": [\n${lines.join(',\n')}\n  ]\n}\n`);
}
