import type { Answer, Bundle, Run, Scorecard } from '../harness/history/bundle.ts';
import type { HistoryEvent } from '../harness/history/events.ts';
import type { Diagnosis } from '../src/diagnosis/contract.ts';
import type { Ticket } from '../src/tickets/contract.ts';
import { sampleDiagnosis, sampleTranscript } from './sample-diagnosis.ts';
import { sampleSignals } from './sample-signals.ts';

/** Where the sample's cluster time starts: 2026-01-01T00:00:00Z. */
export const sampleStartMs = 1_767_225_600_000;
const at = (second: number): number => sampleStartMs + second * 1000;

const scenarioText = `scenario: store-down
title: A store dies without a word
story: >
  One of three TiKV stores is killed under load.
subject: tikv
cluster: { kind: twin, pd: 3, tikv: 3, regions: 120 }
load: { shape: mixed, rate: 2000/s, reads: 0.7, keys: zipfian }
timeline:
  - steady: 3m
  - inject: { fault: process-kill, into: { role: tikv }, as: victim }
  - hold: 3m
  - revert: victim
  - recover: 2m
truth:
  verdict: fault
  causes: [{ component: victim, kind: process-crash }]
`;

const ticket = (id: string, invariant: string, component: string, second: number, detail: string): Ticket => ({
  id, key: `${invariant}:${component}`, invariant, component, severity: invariant === 'store-down' ? 'critical' : 'warning', status: 'opened',
  openedAtMs: at(second), firstSeenMs: at(second - 5), lastSeenMs: at(second), occurrences: 1, flapping: false, detail,
});

const storeDown = ticket('T1', 'store-down', 'tikv-2', 203, 'PD has heard nothing from tikv-2 for 20 s');
const underReplicated = ticket('T2', 'under-replicated', 'cluster', 208, '120 of 120 regions miss a peer');

/** Sixteen kinds of things, in the order of an ordinary run. */
function sampleHistory(diagnosis: Diagnosis): HistoryEvent[] {
  const events: object[] = [
    { kind: 'run-started', atMs: at(0), scenario: 'tikv/store-down', seed: 4, cluster: 'twin', diagnostician: 'rules', fingerprint: 'rules/1 vocabulary/1' },
    { kind: 'phase', atMs: at(0), phase: 'boot', detail: '3 pd, 3 tikv, 120 regions' },
    { kind: 'phase', atMs: at(0), phase: 'steady', detail: 'load 2000/s for 3m' },
    { kind: 'phase', atMs: at(180), phase: 'inject', detail: 'process-kill into tikv-2' },
    { kind: 'fault-injected', atMs: at(180), fault: 'process-kill', alias: 'victim', struck: ['tikv-2'], asked: 'role tikv', params: {}, paint: { label: 'killed', colour: 'red' } },
    { kind: 'fault-witnessed', atMs: at(181), alias: 'victim', bites: true, measured: 'process of tikv-2 is exited' },
    { kind: 'phase', atMs: at(181), phase: 'hold', detail: 'the incident goes on for 3m' },
    { kind: 'symptom', atMs: at(185), rose: true, detail: 'request latency p99 14 → 232 ms' },
    { kind: 'ticket-opened', atMs: at(203), ticket: storeDown },
    { kind: 'incident-opened', atMs: at(203), incident: 'I1', tickets: ['T1'] },
    { kind: 'ticket-opened', atMs: at(208), ticket: underReplicated },
    { kind: 'phase', atMs: at(245), phase: 'diagnose', detail: 'incident I1 with 2 tickets' },
    { kind: 'diagnosis-started', atMs: at(245), incident: 'I1', diagnostician: 'rules', tickets: [storeDown, underReplicated] },
    ...sampleTranscript(sampleStartMs).flatMap((entry) =>
      entry.kind === 'observation' ? [{ kind: 'tool-called', atMs: entry.atMs, observation: entry.id, tool: entry.tool, args: entry.args, ok: entry.ok }] : []),
    { kind: 'diagnosis-submitted', atMs: at(245), diagnosis },
    { kind: 'phase', atMs: at(360), phase: 'revert', detail: 'victim' },
    { kind: 'fault-reverted', atMs: at(360), alias: 'victim', struck: ['tikv-2'] },
    { kind: 'phase', atMs: at(360), phase: 'recover', detail: 'time to converge: 2m30s' },
    { kind: 'ticket-resolved', atMs: at(385), ticket: { ...storeDown, status: 'resolved', lastSeenMs: at(365), resolvedAtMs: at(385), occurrences: 33 } },
    { kind: 'ticket-resolved', atMs: at(395), ticket: { ...underReplicated, status: 'resolved', lastSeenMs: at(375), resolvedAtMs: at(395), occurrences: 34 } },
    { kind: 'converged', atMs: at(430), converged: true, detail: 'every store Up, no open ticket' },
    { kind: 'phase', atMs: at(510), phase: 'end', detail: '' },
    { kind: 'run-ended', atMs: at(510), state: 'scored', because: 'the diagnosis was judged' },
  ];
  return events.map((event, seq) => ({ seq, ...event }) as HistoryEvent);
}

/** The truth of the sample: tikv-2 was killed. */
export const sampleAnswer: Answer = {
  schema: 'lab.answer/v1', verdict: 'fault',
  causes: [{ component: 'tikv-2', kind: 'process-crash', onsetMs: at(180), accept: [] }],
  impact: [{ component: 'clients', effect: 'errors and latency until new leaders are elected' }],
  lookalikes: [
    { component: 'tikv-2', kind: 'process-hang', ruledOutBy: 'its ports refuse instead of timing out' },
    { component: 'tikv-2', kind: 'network-partition', ruledOutBy: 'the host answers, the process does not exist' },
  ],
  actions: { recommended: ['restart-store'], acceptable: ['wait-and-watch'], harmful: ['delete-store', 'restart-cluster'] },
  detect: { invariant: 'store-down', component: 'tikv-2', withinMs: 45_000 },
  nodes: ['pd-1', 'pd-2', 'pd-3', 'tikv-1', 'tikv-2', 'tikv-3'].map((id) => ({ id, role: id.split('-')[0] ?? '', host: id, aliases: [] })),
  faults: [{ alias: 'victim', fault: 'process-kill', struck: ['tikv-2'], fromMs: at(180), toMs: at(360), label: 'killed', colour: 'red' }],
};

const line = (name: string, earned: number | null, possible: number, reason: string): Scorecard['criteria'][number] => ({
  name, earned, possible, reason, verdict: earned === null ? 'unknown' : earned === possible ? 'pass' : earned > 0 ? 'partial' : 'fail',
});

/** How the sample was judged: right, but one citation differs and one was never shown. */
export const sampleScorecard: Scorecard = {
  schema: 'lab.scorecard/v1', verdict: 'FAIL', score: 85, headline: false, failureClass: 'fabricated evidence',
  said: 'tikv-2 process-crash', expected: 'tikv-2 process-crash', because: 'E4 cites O9, which was never shown; a right answer on invented evidence does not count',
  criteria: [
    line('verdict', 10, 10, 'said fault, truth is fault'), line('component', 20, 20, 'said tikv-2, truth is tikv-2'),
    line('cause', 20, 20, 'said process-crash, truth is process-crash'), line('onset', 5, 5, 'said 3:00, truth is 3:00'),
    line('impact', 5, 5, 'clients named'), line('grounding', 6, 15, '2 of 4 citations hold; E3 differs, E4 was never shown'),
    line('differential', 5, 10, 'network-partition ruled out; process-hang never considered'), line('recommendation', 10, 10, 'restart-store is what an expert would do'),
    line('detection', null, 5, 'the ticket book was not readable'),
  ],
  evidence: [
    { id: 'E1', check: 'matches', reason: 'O1 holds 0', found: '0' },
    { id: 'E2', check: 'matches', reason: 'O2 holds Disconnected', found: 'Disconnected' },
    { id: 'E3', check: 'differs', reason: 'claimed 70 ± 2, O4 holds 62', found: '62' },
    { id: 'E4', check: 'not-found', reason: 'O9 was never shown' },
  ],
};

const sampleRun: Run = {
  schema: 'lab.run/v1', labVersion: '0.1.0', seed: 4, cluster: 'twin', state: 'scored', because: 'the diagnosis was judged',
  scenario: { id: 'tikv/store-down', title: 'A store dies without a word', subject: 'tikv', file: 'scenarios/tikv/store-down.yaml', text: scenarioText, story: 'One of three TiKV stores is killed under load.', tags: ['availability'] },
  diagnostician: { name: 'rules', fingerprint: 'rules/1 vocabulary/1' },
  startMs: at(0), endMs: at(510), digest: '7f3a9c51d2e8b604a1c7e95f03b2d8467c1e5a90f2b3d4c6e8a7091b2c3d4e5f', scorecard: sampleScorecard,
};

/** What a test may replace in the sample; everything else stays a plausible run of `tikv/store-down`. */
export interface SampleOverrides extends Partial<Omit<Bundle, 'run'>> {
  readonly run?: Partial<Run>;
  readonly scorecard?: Partial<Scorecard> | null;
  readonly diagnosis?: Partial<Diagnosis>;
}

/** A literal bundle of one run: a killed store, found, explained well, with uneven evidence. */
export function sampleBundle(overrides: SampleOverrides = {}): Bundle {
  const { run, scorecard, diagnosis, ...rest } = overrides;
  const judged = scorecard === null ? null : { ...sampleScorecard, ...scorecard };
  return {
    run: { ...sampleRun, scorecard: judged, ...run },
    history: sampleHistory({ ...sampleDiagnosis(sampleStartMs), ...diagnosis }),
    answer: sampleAnswer,
    transcript: sampleTranscript(sampleStartMs),
    signals: sampleSignals(sampleStartMs),
    ...rest,
  };
}

/** The same run where every citation holds and the verdict is PASS. */
export function passingBundle(): Bundle {
  const evidence = sampleDiagnosis(sampleStartMs).evidence.slice(0, 2);
  const criteria = sampleScorecard.criteria.map((each) =>
    each.name === 'grounding' ? line('grounding', 15, 15, '2 of 2 citations hold') : each.name === 'detection' ? line('detection', 5, 5, 'store-down on tikv-2 after 23 s, allowed 45 s') : each);
  return sampleBundle({ diagnosis: { evidence }, scorecard: { verdict: 'PASS', score: 95, criteria, headline: true, failureClass: null, because: 'right component and right cause on evidence that holds', evidence: sampleScorecard.evidence.slice(0, 2) } });
}

/** What a run leaves when it ends without a judgement: the history up to `second`, no truth, no scorecard. A killed one never wrote its span. */
export function stoppedBundle(state: Run['state'], second: number, because = ''): Bundle {
  const whole = sampleBundle({ scorecard: null, answer: null, run: { state, because, digest: '', ...(state === 'running' ? { startMs: 0, endMs: 0 } : { endMs: at(second) }) } });
  return { ...whole, transcript: second < 245 ? [] : whole.transcript, signals: [], history: whole.history.filter((event) => event.atMs <= at(second) && event.kind !== 'run-ended') };
}
