import { LabError } from '../../src/kernel/result.ts';
import { clusterKind } from '../clusters/registry.ts';
import { chooseCluster, onCluster } from '../lab/choose-cluster.ts';
import type { Scenario } from '../scenario/schema.ts';

/** The scenario on the kind of cluster that was asked for, else on the best that this machine can give; `note` is told what was passed over. */
export async function onChosenCluster(scenario: Scenario, asked: string | undefined, note: (line: string) => void): Promise<Scenario> {
  if (asked === undefined) {
    const chosen = await chooseCluster(scenario, clusterKind);
    for (const reason of chosen.passedOver) note(`not on ${reason}`);
    if (chosen.passedOver.length > 0) note(`taking ${spell(chosen.scenario)}`);
    return chosen.scenario;
  }
  const found = onCluster(scenario, asked);
  if (found) return found;
  throw new LabError({ code: 'LAB_USAGE', because: `${scenario.id} does not run on a ${asked} cluster`, advice: `It lists ${scenario.clusters.map((each) => each.kind).join(', ')}.` }, 2);
}

function spell({ cluster }: Scenario): string {
  return cluster.kind === 'recorded' ? `the recording ${cluster.recording}` : `a ${cluster.kind} cluster`;
}
