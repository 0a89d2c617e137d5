import type { ClusterKind, ClusterKindName } from '../clusters/contract.ts';
import { planOf } from '../scenario/compile.ts';
import type { ClusterChoice, Scenario } from '../scenario/schema.ts';
import { unsupported } from './opening.ts';

/** A scenario with its cluster chosen, and why better kinds were passed over, a sentence each. */
export interface Chosen {
  readonly scenario: Scenario;
  readonly passedOver: readonly string[];
}

type KindOf = (name: ClusterKindName) => Promise<ClusterKind>;

/**
 * The best kind of cluster that this machine can give the scenario; where it can give none, the best one, whose own
 * failure then says what is missing.
 */
export async function chooseCluster(scenario: Scenario, kindOf: KindOf): Promise<Chosen> {
  if (scenario.clusters.length === 1) return { scenario, passedOver: [] };
  const passedOver: string[] = [];
  for (const cluster of scenario.clusters) {
    const chosen = { ...scenario, cluster };
    const obstacle = await obstacleTo(chosen, await kindOf(cluster.kind));
    if (obstacle === undefined) return { scenario: chosen, passedOver };
    passedOver.push(`${cluster.kind}: ${obstacle}`);
  }
  return { scenario, passedOver };
}

/** The scenario on the named kind of cluster; undefined where its file does not list it. */
export function onCluster(scenario: Scenario, kind: string): Scenario | undefined {
  const cluster = scenario.clusters.find((each) => each.kind === kind);
  return cluster && { ...scenario, cluster };
}

/** The scenario on its first kind that costs no wall time, for suites and gates; undefined where it needs a real cluster. */
export function inVirtualTime(scenario: Scenario): Scenario | undefined {
  const cluster = scenario.clusters.find(isVirtual);
  return cluster && { ...scenario, cluster };
}

/** Whether a cluster of this kind has virtual time. */
export const isVirtual = ({ kind }: Pick<ClusterChoice, 'kind'>): boolean => kind === 'twin' || kind === 'recorded';

async function obstacleTo(scenario: Scenario, kind: ClusterKind): Promise<string | undefined> {
  const plan = planOf(scenario);
  const survey = await kind.survey(plan.spec);
  return survey.unavailable?.because ?? unsupported(plan, kind.name, survey);
}
