import type { Diagnosis, ToolObservation } from '../../src/diagnosis/contract.ts';
import type { Answer, Run } from '../history/bundle.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { Answerable } from './floors.ts';

/** For tests only: the instants of the literal incident. */
export const startMs = Date.UTC(2026, 0, 5, 8, 0, 0);
/** For tests only: the store dies three minutes in. */
export const injectedMs = startMs + 180_000;
const answeredMs = injectedMs + 80_000;

const truth: Answer = {
  schema: 'lab.answer/v1',
  verdict: 'fault',
  causes: [{ component: 'tikv-2', kind: 'process-crash', onsetMs: injectedMs, accept: [] }],
  impact: [{ component: 'clients', effect: 'errors until new leaders are elected' }],
  lookalikes: [
    { component: 'tikv-2', kind: 'process-hang', ruledOutBy: 'its ports refuse' },
    { component: 'tikv-2', kind: 'network-partition', ruledOutBy: 'the host answers' },
  ],
  actions: { recommended: ['restart-store'], acceptable: ['wait-and-watch'], harmful: ['delete-store'] },
  detect: { invariant: 'store-down', component: 'tikv-2', withinMs: 45_000 },
  nodes: [
    { id: 'pd-1', role: 'pd', host: '10.77.0.11', aliases: ['10.77.0.11:2379', 'pd-1:2379'] },
    { id: 'tikv-1', role: 'tikv', host: '10.77.0.21', aliases: ['10.77.0.21:20160', 'store-1', 'store 1'] },
    { id: 'tikv-2', role: 'tikv', host: '10.77.0.22', aliases: ['10.77.0.22:20160', '10.77.0.22:20180', 'store-4', 'store 4'] },
    { id: 'tikv-3', role: 'tikv', host: '10.77.0.23', aliases: ['10.77.0.23:20160', 'store-5', 'store 5'] },
  ],
  faults: [{ alias: 'victim', fault: 'process-kill', struck: ['tikv-2'], fromMs: injectedMs, toMs: injectedMs + 180_000, label: 'killed', colour: 'red' }],
};

const observation = (id: ToolObservation['id'], tool: string, answer: ToolObservation['answer']) =>
  ({ kind: 'observation', id, tool, args: {}, atMs: answeredMs, ok: true, answer }) as const;

const transcript = [
  observation('O1', 'query', { result: [{ metric: { instance: '10.77.0.22:20180' }, value: [answeredMs / 1000, '0'] }] }),
  observation('O2', 'search_logs', { matched: 12, lines: [{ node: 'tikv-1', message: 'broadcasting unreachable' }] }),
  observation('O3', 'control_plane', { body: { stores: [{ store: { id: 4, state_name: 'Disconnected' } }] } }),
];

const rightDiagnosis: Diagnosis = {
  verdict: 'fault',
  summary: 'tikv-2 died; its regions elected new leaders.',
  rootCauses: [{ component: 'tikv-2', kind: 'process-crash', mechanism: 'the process is gone', onset: injectedMs + 4_000 }],
  impact: [{ component: 'clients', effect: 'a stall of some seconds' }],
  evidence: [
    { id: 'E1', claim: 'up of tikv-2 is 0', observation: 'O1', path: '/result/0/value/1', asserts: { op: 'eq', value: 0 } },
    { id: 'E2', claim: 'peers cannot reach it', observation: 'O2', path: '/matched', asserts: { op: 'gt', value: 0 } },
    { id: 'E3', claim: 'PD calls it Disconnected', observation: 'O3', path: '/body/stores/0/store/state_name', asserts: { op: 'eq', value: 'Disconnected' } },
  ],
  hypotheses: [
    { cause: { component: 'tikv-2', kind: 'process-hang' }, verdict: 'rejected', because: 'the scrape is refused at once', evidence: ['E1'] },
    { cause: { component: 'tikv-2', kind: 'network-partition' }, verdict: 'rejected', because: 'the host answers', evidence: ['E1', 'E2'] },
  ],
  options: [
    { action: { name: 'restart-store', target: 'tikv-2' }, benefits: 'replicas back', risks: 'little', reversible: true },
    { action: { name: 'delete-store', target: 'tikv-2' }, benefits: 'none', risks: 'moves every replica', reversible: false },
  ],
  recommendation: { option: 0, rationale: 'it is only down', verifyBy: 'up is 1' },
  confidence: 0.9,
};

const storeDown = {
  id: 'T1', key: 'store-down:tikv-2', invariant: 'store-down', component: 'tikv-2', severity: 'critical', status: 'opened',
  openedAtMs: injectedMs + 10_000, firstSeenMs: injectedMs + 10_000, lastSeenMs: answeredMs, occurrences: 14, flapping: false, detail: 'up is 0',
} as const;

function history(diagnosis: Diagnosis): HistoryEvent[] {
  return [
    { kind: 'fault-injected', seq: 0, atMs: injectedMs, fault: 'process-kill', alias: 'victim', struck: ['tikv-2'], asked: 'tikv', params: {}, paint: { label: 'killed', colour: 'red' } },
    { kind: 'ticket-opened', seq: 1, atMs: injectedMs + 10_000, ticket: storeDown },
    { kind: 'diagnosis-started', seq: 2, atMs: answeredMs, incident: 'I1', diagnostician: 'rules', tickets: [storeDown] },
    { kind: 'diagnosis-submitted', seq: 3, atMs: answeredMs, diagnosis },
  ];
}

const run: Run = {
  schema: 'lab.run/v1', labVersion: '0.1.0', seed: 7, cluster: 'twin', state: 'scored', because: '', startMs, endMs: startMs + 480_000, digest: '', scorecard: null,
  scenario: { id: 'tikv/store-down', title: 'A store dies', subject: 'tikv', file: 'scenarios/tikv/store-down.yaml', text: '', story: '', tags: [] },
  diagnostician: { name: 'rules', fingerprint: 'rules@1' },
};

/** For tests only: a literal run of a killed store with a right diagnosis; any part can be replaced. */
export function literalBundle(change: { diagnosis?: Partial<Diagnosis>; answer?: Partial<Answer>; run?: Partial<Run> } = {}): Answerable {
  return { run: { ...run, ...change.run }, answer: { ...truth, ...change.answer }, transcript, history: history({ ...rightDiagnosis, ...change.diagnosis }) };
}

/** For tests only: a quiet cluster, rightly called healthy. */
export function healthyBundle(diagnosis: Partial<Diagnosis> = {}): Answerable {
  const quiet: Partial<Answer> = { verdict: 'healthy', causes: [], impact: [], lookalikes: [], actions: { recommended: [], acceptable: [], harmful: [] }, detect: null, faults: [] };
  const calm: Partial<Diagnosis> = { verdict: 'healthy', rootCauses: [], impact: [], hypotheses: [], options: [], recommendation: null, evidence: [{ id: 'E1', claim: 'something was seen', observation: 'O2', path: '/matched', asserts: { op: 'eq', value: 12 } }] };
  const bundle = literalBundle({ answer: quiet, diagnosis: { ...calm, ...diagnosis } });
  return { ...bundle, history: bundle.history.flatMap((event): HistoryEvent[] => (event.kind === 'diagnosis-submitted' ? [event] : event.kind === 'diagnosis-started' ? [{ ...event, tickets: [] }] : [])) };
}
