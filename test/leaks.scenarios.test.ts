import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chosenScenarios } from '../harness/cli/suite/flags.ts';
import { faults } from '../harness/faults/registry.ts';
import type { Bundle } from '../harness/history/bundle.ts';
import { perform } from '../harness/lab.ts';
import { cheater, withDiagnosis } from '../harness/scoring/floors.ts';
import { isObservable } from '../harness/scoring/oracle.ts';
import { score } from '../harness/scoring/scorecard.ts';
import { actions } from '../src/subjects/tikv/actions.ts';
import { causeKinds } from '../src/diagnosis/vocabulary.ts';
import { nosy, type Shown } from './nosy.ts';

const out = mkdtempSync(join(tmpdir(), 'leaks-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** The operator's own words and the database's, which may also be words of the truth. */
const common = [
  ...['store-down', 'store-slow', 'region-imbalance', 'leader-imbalance'].map((word) => [word, 'an invariant of the monitor, so it stands in tickets'] as const),
  ['evict-leader', 'a scheduler of PD and an action of the operator'] as const,
  ['memory-limit', "a setting of PD, server-memory-limit, in its configuration"] as const,
];
const excused = new Set(common.map(([word]) => word));

/** What stands in every cluster's settings and in the help of its metrics, in the database's own words. */
const ownPhrases = /disable-write-stall|the cf being throttled|the throttled write flow|[bf]g-cpu-throttle-threshold|likely overloaded from slow disk|overloaded likely from slow disk/g;

/** Whatever names the scenario, the fault or the truth and is not the database's own word. */
function secretsOf({ run, answer }: Bundle): string[] {
  const story = run.scenario.story.split(/[.;]\s+/).filter((sentence) => sentence.length > 20);
  const name = run.scenario.id.split('/')[1] ?? '';
  const truth = answer === null ? [] : [...answer.faults.flatMap((fault) => [fault.fault, fault.alias, fault.label]), ...answer.lookalikes.map((each) => each.ruledOutBy), ...answer.impact.map((each) => each.effect)];
  const labs = ['victim', 'injected', 'ground truth', 'answer.json', 'scenarios/', 'chaos', 'digital twin', 'operator lab', ...faults.keys()];
  const plain = ['recorded', 'healthy', 'baseline', 'stopped', 'full'];
  return [...new Set([run.scenario.id, run.scenario.title, ...story, ...(name.includes('-') ? [name] : []), ...truth, ...causeKinds.filter((kind) => kind.includes('-')), ...labs])].filter((word) => !excused.has(word) && !plain.includes(word));
}

describe('nothing that the desk can show names the scenario, the fault or the truth', () => {
  for (const scenario of chosenScenarios(undefined)) {
    const { id } = scenario;
    it(id, async () => {
      let shown: Shown | undefined;
      const { bundle } = await perform({ scenario, seed: 1, diagnostician: nosy((all) => { shown = all; }), outDir: join(out, id.replace('/', '-')) });
      const { answer } = bundle;
      expect({ state: bundle.run.state, asked: (shown?.observations.length ?? 0) > 100 }).toEqual({ state: 'scored', asked: true });
      if (answer === null || shown === undefined) return;
      const given = JSON.stringify([shown.assignment, shown.observations.map((each) => each.answer), shown.tools.map((tool) => tool.description)]).toLowerCase().replaceAll(ownPhrases, '');
      expect(secretsOf(bundle).filter((secret) => given.includes(secret.toLowerCase()))).toEqual([]);

      // The hours of the lab tell nothing either: a diagnosis happens at one instant, whatever was asked.
      expect(new Set(shown.observations.map((each) => each.atMs)).size).toBe(1);
      const order = shown.assignment.topology.nodes.map((node) => node.id);
      expect(order).toEqual(order.toSorted());
      const cheated = score(withDiagnosis({ ...bundle, answer }, cheater({ ...bundle, answer })));
      expect({ verdict: cheated.verdict, said: cheated.said }).not.toMatchObject({ verdict: 'PASS' });
      // And yet the truth is there to be seen.
      expect(isObservable(bundle.transcript, answer)).toBe(true);
    });
  }

  it('and the excuses are real', () => expect(actions.map((action) => action.name)).toContain('remove-evict-leader'));
});
