import type { Assignment, Desk } from '../../src/diagnosis/contract.ts';
import { createDesk } from '../../src/diagnosis/desk.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { Subject } from '../../src/subjects/contract.ts';
import type { Answer, TranscriptEntry } from '../history/bundle.ts';
import { isObservable } from '../scoring/oracle.ts';
import { answerOf } from './answer.ts';
import type { Stage } from './stage.ts';

/**
 * The round that the lab makes at a desk of its own, naming nobody: what changed, who is up, what fires, what was logged,
 * what the control plane says.
 */
function roundOf({ snapshot }: Pick<Subject, 'snapshot'>, { quiet }: Assignment): readonly (readonly [tool: string, args: Json])[] {
  const control = snapshot.filter(({ body, everyNodeOf }) => body === undefined && everyNodeOf === undefined);
  return [
    ['changes', { limit: 100 }], ['compare_nodes', { promql: 'up' }], ['alerts', {}],
    ['search_logs', { fromMs: quiet.toMs, levels: ['WARN', 'ERROR', 'FATAL'], limit: 200 }], ['search_logs', { fromMs: quiet.toMs, limit: 200 }],
    ...control.map(({ path, query }) => ['control_plane', { path, ...(query && { query }) }] as const),
  ];
}

/**
 * Whether the truth could be told at this moment from what the desk offers: the oracle must find something to cite that the
 * judge accepts, in what was shown to the agent or else in the lab's own round. Says what is missing where it could not.
 */
export async function unobservable(answer: Answer, shown: readonly TranscriptEntry[], round: () => AsyncIterable<TranscriptEntry>): Promise<string | undefined> {
  if (answer.verdict !== 'fault' || isObservable(shown, answer)) return undefined;
  const seen = [...shown];
  for await (const entry of round()) {
    seen.push(entry);
    if (isObservable(seen, answer)) return undefined;
  }
  const hidden = answer.causes.filter((cause) => !isObservable(seen, { ...answer, causes: [cause] })).map(({ component }) => component);
  return `nothing that the desk offers tells of ${hidden.join(' or ')}`;
}

/** The check over a stage at the moment of handing over; what is asked for it is in no record of the run. */
export function unobservableNow(stage: Stage, assignment: Assignment, { observations }: Pick<Desk, 'observations'>): Promise<string | undefined> {
  const { scenario, injections, cluster, startMs, subject } = stage;
  const shown = observations.map((observation): TranscriptEntry => ({ kind: 'observation', ...observation }));
  return unobservable(answerOf(scenario, injections, cluster.nodes(), startMs), shown, async function* () {
    const desk = createDesk({ ports: cluster.ports, clock: cluster.clock, assignment, subject });
    for (const [tool, args] of roundOf(subject, assignment)) {
      const observation = await desk.call(tool, args);
      yield { kind: 'observation', ...observation, id: `O${shown.length + desk.observations.length}` };
    }
  });
}
