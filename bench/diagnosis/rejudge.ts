import { openIncident } from '../../harness/clusters/recorded/kind.ts';
import type { RunningCluster } from '../../harness/clusters/contract.ts';
import type { Bundle, Scorecard, TranscriptEntry } from '../../harness/history/bundle.ts';
import { eventsOf, type HistoryEvent } from '../../harness/history/events.ts';
import { diagnose } from '../../harness/lab/diagnose.ts';
import { assignmentAt } from '../../harness/lab/diagnose-recording.ts';
import { score } from '../../harness/scoring/scorecard.ts';
import type { Assignment } from '../../src/diagnosis/contract.ts';
import { createDesk, withoutTools } from '../../src/diagnosis/desk.ts';
import { rules } from '../../src/diagnosis/rules/rules.ts';
import { defined } from '../../src/kernel/assert.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { subjects } from '../../src/subjects/registry.ts';
import type { Subject } from '../../src/subjects/contract.ts';

/** What came of one diagnosis of one incident. */
export interface Judgement {
  readonly verdict: Scorecard['verdict'];
  readonly headline: boolean;
  readonly said: string;
  /** The diagnosis' own verdict, or the code of its failure. */
  readonly answered: string;
  readonly toolCalls: number;
  readonly wallMs: number;
  /** Tools that were asked, by name. */
  readonly asked: readonly string[];
}

const ofTheDiagnosis = new Set<HistoryEvent['kind']>(['diagnosis-started', 'tool-called', 'diagnosis-submitted', 'diagnosis-failed']);

/** An incident as it stood when it was handed over: time stands still there, so it can be diagnosed as often as one likes. */
export class Handover implements AsyncDisposable {
  readonly #cluster: RunningCluster;
  readonly #assignment: Assignment;
  readonly #subject: Subject;
  readonly #bundle: Bundle;

  private constructor(opened: { cluster: RunningCluster; assignment: Assignment; subject: Subject; bundle: Bundle }) {
    this.#cluster = opened.cluster;
    this.#assignment = opened.assignment;
    this.#subject = opened.subject;
    this.#bundle = opened.bundle;
  }

  /** Undefined where nothing was handed over: the run ended before. */
  static async of(bundle: Bundle, dir: string): Promise<Handover | undefined> {
    const started = eventsOf(bundle.history, 'diagnosis-started')[0];
    if (!started) return undefined;
    const cluster = orThrow(await openIncident(dir, { startMs: bundle.run.startMs, endMs: bundle.run.endMs }));
    await cluster.pass(started.atMs - bundle.run.startMs);
    const subject = defined(subjects.get(bundle.run.scenario.subject), bundle.run.scenario.subject);
    const incident = { id: started.incident, openedAtMs: started.tickets[0]?.openedAtMs ?? started.atMs, tickets: started.tickets as Assignment['incident']['tickets'] };
    return new Handover({ cluster, subject, bundle, assignment: await assignmentAt(cluster, subject, { incident, startMs: bundle.run.startMs }) });
  }

  /** The rules at a desk without some of its tools, judged like any run. */
  async judged(without: readonly string[]): Promise<Judgement> {
    const desk = createDesk({ ports: this.#cluster.ports, clock: this.#cluster.clock, assignment: this.#assignment, subject: this.#subject, tokensMax: rules.answerTokensMax });
    const events: HistoryEvent[] = [];
    const transcript: TranscriptEntry[] = [];
    const elapsed = stopwatch();
    const outcome = await diagnose({
      diagnostician: rules, assignment: this.#assignment, desk: withoutTools(desk, without), signal: new AbortController().signal,
      record: (event) => events.push({ ...event, seq: 0, atMs: this.#assignment.nowMs } as HistoryEvent), transcript: (entry) => transcript.push(entry),
    });
    const wallMs = elapsed();
    const { run, answer, history } = this.#bundle;
    const card = score({ run, answer, transcript, history: [...history.filter(({ kind }) => !ofTheDiagnosis.has(kind)), ...events] });
    return { verdict: card.verdict, headline: card.headline, said: card.said, answered: outcome.ok ? outcome.value.verdict : outcome.failure.code, toolCalls: desk.observations.length, wallMs, asked: [...new Set(desk.observations.map(({ tool }) => tool))].sort() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }
}
