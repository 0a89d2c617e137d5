import { resolve } from 'node:path';
import { defined } from '../../../src/kernel/assert.ts';
import { labVersion } from '../../version.ts';
import { packageDir } from '../places.ts';
import { planTrials, type PlannedTrial, type SeedCounts, suiteKey } from '../suite/plan.ts';
import { type Asked, WorkerPool } from '../suite/pool.ts';
import type { ResultStore, StoredSuite } from '../suite/store.ts';
import { performPlan, type Trial } from '../suite/trial.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { CostLimit } from './cost-limit.ts';
import { type EstimateRow, type Expected, expectedCost } from './estimate.ts';
import type { Variant } from './variant.ts';

/** A variant with what it names. */
export interface Contestant {
  readonly variant: Variant;
  readonly asked: Asked;
}

/** One planned trial of one variant. */
interface Leg extends PlannedTrial {
  readonly lane: Lane;
}

/** A variant with its own suite in the database. */
interface Lane extends Contestant {
  /** What it is called in the database, and what is there of it already. */
  readonly what: Omit<StoredSuite, 'id'>;
  readonly stored: StoredSuite | undefined;
  readonly known: ReadonlyMap<string, Trial>;
  readonly expected: Expected;
}

/** A campaign that is planned and not yet begun. */
export interface Campaign {
  readonly rows: readonly EstimateRow[];
  /** What trials that are there already have cost. */
  readonly spentUsd: number;
  readonly legs: readonly Leg[];
  readonly lanes: readonly Lane[];
}

const nameOf = ({ scenario, seed }: { readonly scenario: string; readonly seed: number }): string => `${scenario}#${seed}`;
const nameOfPlanned = ({ scenario, seed }: PlannedTrial): string => nameOf({ scenario: scenario.id, seed });

/** Plans every variant x scenario x seed, variants side by side, and what of it is still to be performed. */
export function planCampaign(store: ResultStore, contestants: readonly Contestant[], asked: SeedCounts & { readonly scenarios: readonly Scenario[]; readonly resume: boolean }): Campaign {
  const plan = planTrials(asked.scenarios, asked);
  const planned = plan.map(({ scenario, seed }) => [scenario.id, seed] as const);
  const lanes = contestants.map((contestant): Lane => {
    const what = { key: suiteKey(plan, { ...contestant.asked, labVersion }), shard: '1/1', planned };
    const past = store.past(contestant.asked.fingerprint);
    const stored = asked.resume ? store.newest(what.key, what.shard) : undefined;
    const there = stored === undefined ? [] : store.trials(stored);
    const known = new Map(there.filter((trial) => trial.state !== 'infra-error').map((trial) => [nameOf(trial), trial]));
    return { ...contestant, what, stored, known, expected: expectedCost(contestant.variant, past) };
  });
  return {
    lanes,
    legs: plan.flatMap((each) => lanes.map((lane) => ({ ...each, lane }))),
    rows: lanes.map(({ variant, expected, known }) => ({ variant, expected, trials: plan.length - known.size })),
    spentUsd: lanes.flatMap(({ known }) => [...known.values()]).reduce((sum, trial) => sum + (trial.effort.costUsd ?? 0), 0),
  };
}

/** What a campaign needs to run. */
export interface CampaignRun {
  readonly store: ResultStore;
  readonly concurrency: number;
  /** Infinity where nothing costs anything. */
  readonly limitUsd: number;
  readonly signal: AbortSignal;
  readonly run: (asked: Asked, planned: PlannedTrial & { readonly variant: string }) => Promise<Trial>;
  readonly onTrial: (variant: string, trial: Trial, position: string) => void;
}

/** The trials of one variant in the order of the plan; those that are missing were not performed. */
export interface VariantResult {
  readonly variant: Variant;
  readonly planned: number;
  readonly trials: readonly Trial[];
}

/** Performs what is missing until all is done, the signal is aborted, or nothing more may be spent. Each result is kept as soon as it is there. */
export async function runCampaign(campaign: Campaign, { store, concurrency, limitUsd, signal, run, onTrial }: CampaignRun): Promise<{ readonly results: readonly VariantResult[]; readonly spentUsd: number }> {
  const { legs, lanes } = campaign;
  const suites = new Map(lanes.map((lane) => [lane, lane.stored ?? store.begin(lane.what)]));
  const limit = new CostLimit(limitUsd, campaign.spentUsd);
  const told = new Map<Lane, number[]>(lanes.map((lane) => [lane, [...lane.known.values()].flatMap((trial) => trial.effort.costUsd ?? [])]));
  let done = legs.filter((leg) => leg.lane.known.has(nameOfPlanned(leg))).length;
  const trials = await performPlan({
    plan: legs, concurrency, signal,
    known: (leg) => leg.lane.known.get(nameOfPlanned(leg)),
    run: async ({ lane, ...planned }) => {
      const admitted = await limit.admit(() => meanOf(told.get(lane) ?? []) ?? lane.expected.usd);
      if (admitted === undefined || signal.aborted) return undefined;
      const trial = await run(lane.asked, { ...planned, variant: lane.variant.variant });
      if (trial.effort.costUsd !== null) told.get(lane)?.push(trial.effort.costUsd);
      admitted.ended(trial.effort.costUsd ?? lane.expected.usd ?? 0);
      if (trial.state !== 'interrupted') store.save(defined(suites.get(lane), 'suite of a variant'), trial);
      onTrial(lane.variant.variant, trial, `${++done}/${legs.length}`);
      return trial;
    },
    onTrial: () => {},
  });
  const results = lanes.map((lane) => ({ variant: lane.variant, planned: lane.what.planned.length, trials: legs.flatMap((leg, index) => (leg.lane === lane ? (trials[index] ?? []) : [])) }));
  return { results, spentUsd: limit.spentUsd };
}

const meanOf = (costs: readonly number[]): number | undefined => (costs.length === 0 ? undefined : costs.reduce((sum, each) => sum + each, 0) / costs.length);

/** The pool of a campaign: any worker asks any diagnostician. */
export function campaignPool(options: { readonly signal: AbortSignal; readonly replace: boolean; readonly dirFor: (planned: PlannedTrial & { readonly variant: string }) => string }): { readonly run: CampaignRun['run'] } & Disposable {
  type Work = PlannedTrial & { readonly variant: string; readonly asked: Asked };
  const pool = new WorkerPool<Work>({ ...options, askedIn: ({ asked }) => asked, fileOf: ({ scenario }) => resolve(packageDir, scenario.file) });
  return { run: (asked, planned) => pool.run({ ...planned, asked }), [Symbol.dispose]: () => pool[Symbol.dispose]() };
}
