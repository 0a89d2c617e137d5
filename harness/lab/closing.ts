import type { Run, RunState } from '../history/bundle.ts';
import { eventsOf } from '../history/events.ts';
import { answerOf } from './answer.ts';
import { readSignals } from './signals.ts';
import type { Stage } from './stage.ts';
import { findSymptom } from './symptom.ts';

/** How a trial ended. */
export interface Ending {
  readonly state: RunState;
  readonly because: Run['because'];
}

/** Ends whatever is still broken, newest first; a failure here is recorded and hides nothing that came before. */
export async function heal(stage: Stage): Promise<void> {
  for (const [alias, revert] of [...stage.reverts].reverse()) {
    try {
      await revert();
    } catch (error) {
      stage.recorder.record({ kind: 'trouble', failure: { code: 'LAB_REVERT_FAILED', because: `${alias} could not be reverted: ${String(error)}` } });
    }
  }
}

/** Writes down what is left to write, and says how the trial ended after all. */
export async function close(stage: Stage, ending: Ending): Promise<Ending> {
  const { cluster, writer, recorder, scenario } = stage;
  await stage.operator.stop();
  const open = stage.operator.tickets().filter((ticket) => ticket.resolvedAtMs === undefined);
  recorder.record({ kind: 'converged', converged: open.length === 0, detail: open.length === 0 ? 'no ticket is open' : `still open: ${open.map((ticket) => ticket.key).join(', ')}` });

  const answer = answerOf(scenario, stage.injections, cluster.nodes(), stage.startMs);
  const signals = await readSignals(stage.ports.metrics, stage.subject.signals, { fromMs: stage.startMs, toMs: cluster.clock.now(), stepMs: 5_000 });
  const final = withSymptom(stage, ending, signals);
  writer.saveIncident(stage.control.among(await cluster.export()));
  if (cluster.clients) writer.saveClients(cluster.clients());
  writer.saveSignals(signals);
  writer.saveAnswer(answer);
  recorder.record({ kind: 'run-ended', state: final.state, because: final.because });
  return final;
}

/** A fault without any symptom is not an incident: nobody could have diagnosed it. */
function withSymptom(stage: Stage, ending: Ending, signals: Parameters<typeof findSymptom>[0]): Ending {
  const first = stage.injections[0];
  if (!first) return ending;
  const quiet = { fromMs: stage.startMs, toMs: first.fromMs - 1 };
  const fault = { fromMs: first.fromMs + 5_000, toMs: stage.injections.at(-1)?.toMs ?? stage.cluster.clock.now() };
  const symptom = findSymptom(signals, quiet, fault);
  const opened = eventsOf(stage.recorder.history, 'ticket-opened').find((each) => each.atMs >= first.fromMs);
  const rose = symptom.rose || opened !== undefined;
  const detail = symptom.rose || !opened ? symptom.detail : `ticket ${opened.ticket.key}: ${opened.ticket.detail}`;
  stage.recorder.recordAt(symptom.sinceMs ?? opened?.atMs ?? stage.cluster.clock.now(), { kind: 'symptom', rose, detail });
  const hidden = eventsOf(stage.recorder.history, 'unobservable')[0];
  if (ending.state === 'scored' && hidden !== undefined) return { state: 'no-symptom', because: `the fault was there, and nobody could have told: ${hidden.detail}` };
  const counts = ending.state === 'scored' && stage.scenario.truth.verdict === 'fault' && !rose;
  return counts ? { state: 'no-symptom', because: `the fault was there, but ${detail}` } : ending;
}
