import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import type { CauseKind } from '../../src/diagnosis/vocabulary.ts';
import type { Answer, Bundle, Scorecard } from '../history/bundle.ts';
import type { EventOf, HistoryEvent } from '../history/events.ts';
import { huntForTells } from './cheater.ts';
import { citations, oracle, shownToOracle } from './oracle.ts';
import { score, type Judged } from './scorecard.ts';
import { tellingOf } from './support.ts';

/** A bundle whose truth is known, which a floor answers in the diagnostician's stead. */
export type Answerable = Omit<Judged, 'answer'> & { readonly answer: Answer };
/** A diagnostician without any reasoning, which no scoring may reward. */
export type Floor = (bundle: Answerable) => Diagnosis;

/** Always the same answer: the first node crashed. */
export const constantGuesser: Floor = (bundle) => guess([{ component: firstNode(bundle), kind: 'process-crash' }], bundle);

/** Names eight causes at once and hopes. */
export const shotgun: Floor = (bundle) => {
  const kinds: readonly CauseKind[] = ['process-crash', 'disk-slow', 'network-partition', 'overload', 'process-hang', 'scheduling-misconfigured', 'hot-spot-write', 'cpu-starved'];
  const nodes = bundle.answer.nodes.map((node) => node.id);
  return guess(kinds.map((kind, index) => ({ component: nodes[index % nodes.length] ?? 'cluster', kind })), bundle);
};

/** Repeats the first ticket as if it were a cause. */
export const parrot: Floor = (bundle) => {
  const ticket = ticketsOf(bundle)[0];
  return ticket === undefined ? guess([], bundle) : guess([{ component: ticket.component, kind: echoes[ticket.invariant] ?? 'misconfigured' }], bundle);
};

/** The cause that is most common among scenarios, on whatever the first ticket names. */
export const mostFrequentCause = (kind: CauseKind): Floor => (bundle) =>
  guess([{ component: ticketsOf(bundle)[0]?.component ?? firstNode(bundle), kind }], bundle);

/** The right answer on invented evidence: being right must not be enough. */
export const fabricator: Floor = (bundle) => ({
  ...oracle(bundle),
  evidence: [{ id: 'E1', claim: 'The decisive measurement.', observation: 'O9001', path: '/result/0/value/1', asserts: { op: 'eq', value: 42 } }],
});

/** Looks for slips of the lab instead of the incident, and has real evidence for whatever it says: if it passes, the lab gave the answer away. */
export const cheater: Floor = (bundle) => {
  const { kind, component } = huntForTells(bundle.transcript, bundle.answer.nodes);
  if (kind === null && component === null) return { ...guess([], bundle), verdict: 'insufficient-evidence' };
  const blamed = component ?? ticketsOf(bundle)[0]?.component ?? firstNode(bundle);
  const evidence = citations(bundle.transcript, bundle.answer, tellingOf(new Set([blamed]), bundle.answer));
  const cited = evidence.map((entry) => entry.id);
  return {
    ...guess([{ component: blamed, kind: kind ?? 'process-crash' }], bundle),
    evidence,
    hypotheses: [{ cause: { component: blamed, kind: 'none' }, verdict: 'rejected', because: 'the lab said so', evidence: cited }],
  };
};

/** One floor (or the ceiling) with how it was judged. */
export interface FloorScore {
  readonly name: string;
  readonly scorecard: Scorecard;
}

/** The name of the ceiling among floor scores. */
export const oracleName = 'oracle';

/** Judges every floor and the oracle on a bundle; empty where the run has no truth or no valid incident. */
export function scoreFloors(bundle: Judged, frequentKind: CauseKind = 'process-crash'): FloorScore[] {
  const { answer, run } = bundle;
  if (answer === null || (run.state !== 'scored' && run.state !== 'agent-error')) return [];
  const floors: readonly (readonly [string, Floor])[] = [
    ['constant guesser', constantGuesser], ['shotgun', shotgun], ['parrot', parrot],
    ['most frequent cause', mostFrequentCause(frequentKind)], ['fabricator', fabricator], ['cheater', cheater], [oracleName, oracle],
  ];
  const shown = { ...bundle, answer, transcript: shownToOracle(bundle.transcript, answer) };
  return floors.map(([name, floor]) => ({ name, scorecard: score(withDiagnosis(shown, floor(shown))) }));
}

/** The same run with another diagnosis handed in at the same moment. */
export function withDiagnosis<B extends Pick<Bundle, 'run' | 'history'>>(bundle: B, diagnosis: Diagnosis): B {
  const isAnswer = (event: HistoryEvent) => event.kind === 'diagnosis-submitted' || event.kind === 'diagnosis-failed';
  const replaced = bundle.history.find(isAnswer) ?? bundle.history.at(-1);
  const submitted: HistoryEvent = { kind: 'diagnosis-submitted', seq: replaced?.seq ?? 0, atMs: replaced?.atMs ?? bundle.run.endMs, diagnosis };
  return { ...bundle, run: { ...bundle.run, state: 'scored' }, history: [...bundle.history.filter((event) => !isAnswer(event)), submitted] };
}

/** What a ticket's name suggests to somebody who thinks no further. */
const echoes: Readonly<Record<string, CauseKind>> = {
  'store-down': 'process-crash', 'control-plane-member-down': 'process-crash', 'control-plane-leaderless': 'control-plane-leader-lost',
  'high-latency': 'overload', 'disk-usage': 'disk-full', 'store-slow': 'disk-slow', 'leader-imbalance': 'leader-imbalance',
  'region-imbalance': 'region-imbalance', 'under-replicated': 'replica-lagging', 'region-unavailable': 'replica-quorum-lost', blind: 'telemetry-lost',
};

function ticketsOf(bundle: Answerable): EventOf<'diagnosis-started'>['tickets'] {
  return bundle.history.find((event) => event.kind === 'diagnosis-started')?.tickets ?? [];
}

function firstNode({ answer }: Answerable): string {
  return answer.nodes.find((node) => node.role !== 'pd')?.id ?? answer.nodes[0]?.id ?? 'cluster';
}

function guess(causes: readonly { readonly component: string; readonly kind: CauseKind }[], bundle: Answerable): Diagnosis {
  const onset = ticketsOf(bundle)[0]?.firstSeenMs ?? bundle.run.startMs;
  return {
    verdict: causes.length === 0 ? 'healthy' : 'fault',
    summary: 'An answer that nobody thought about.',
    rootCauses: causes.map((cause) => ({ ...cause, mechanism: 'none is given', onset })),
    impact: [{ component: 'clients', effect: 'unknown' }],
    evidence: [],
    hypotheses: [],
    options: [{ action: { name: 'wait-and-watch' }, benefits: 'none', risks: 'none', reversible: true }],
    recommendation: { option: 0, rationale: 'It is always possible.', verifyBy: 'looking later' },
    confidence: 1,
  };
}
