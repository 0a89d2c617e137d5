import type { TranscriptEntry } from '../harness/history/bundle.ts';
import type { Diagnosis } from '../src/diagnosis/contract.ts';

const second = 1000;

/** What the sample's diagnostician asked and saw: six tool answers with two thoughts between them. */
export function sampleTranscript(startMs: number): TranscriptEntry[] {
  const askedAtMs = startMs + 245 * second;
  const epoch = startMs / second;
  const observed = (id: `O${number}`, tool: string, args: object, answer: object): TranscriptEntry => ({
    kind: 'observation', id, tool, args: args as never, atMs: askedAtMs, ok: true, answer: answer as never,
  });
  const vector = (metric: object, at: number, value: string) => ({ resultType: 'vector', result: [{ metric, value: [epoch + at, value] }] });
  return [
    { kind: 'thought', text: 'One store is reported down. First: does the scrape fail for one target or for several?' },
    observed('O1', 'query', { promql: 'up{job="tikv"} == 0' }, vector({ __name__: 'up', instance: 'tikv-2:20180', job: 'tikv' }, 240, '0')),
    observed('O2', 'control_plane', { path: '/pd/api/v1/stores' }, {
      status: 200,
      body: { count: 3, stores: [{ store: { id: 4, address: 'tikv-2:20160', state_name: 'Disconnected' }, status: { leader_count: 0, region_count: 120 } }] },
    }),
    observed('O3', 'search_logs', { node: 'tikv-1', contains: 'unreachable', limit: 5 }, {
      matched: 2,
      lines: [{ atMs: startMs + 180_300, node: 'tikv-1', level: 'INFO', message: 'broadcasting unreachable', raw: '["broadcasting unreachable"] [unreachable_store_id=4] [store_id=1]' }],
    }),
    { kind: 'turn', text: 'The port refuses, so the process is gone rather than stuck. Check where its leaders went.', usage: { inputTokens: 8120, outputTokens: 340, cachedTokens: 6000, costUsd: 0.041 } },
    observed('O4', 'query', { promql: 'pd_cluster_status{type="leader_count"}' }, {
      resultType: 'vector',
      result: [
        { metric: { store: '1', type: 'leader_count' }, value: [epoch + 245, '62'] },
        { metric: { store: '4', type: 'leader_count' }, value: [epoch + 245, '0'] },
        { metric: { store: '5', type: 'leader_count' }, value: [epoch + 245, '58'] },
      ],
    }),
    observed('O5', 'query', { promql: 'changes(process_start_time_seconds{job="tikv"}[5m])' }, { resultType: 'vector', result: [] }),
    { kind: 'observation', id: 'O6', tool: 'control_plane', args: { path: '/pd/api/v1/nothing' }, atMs: askedAtMs, ok: false, answer: { error: { code: 'PD_NOT_FOUND', because: '404 page not found' } } },
  ];
}

/** A diagnosis with the right cause and uneven evidence: two citations hold, one differs, one was never shown. */
export function sampleDiagnosis(startMs: number): Diagnosis {
  return {
    verdict: 'fault',
    summary: 'The TiKV process on tikv-2 is gone. Its port refuses connections, its leaders moved to tikv-1 and tikv-3 within 15 s, and clients felt one short stall.',
    rootCauses: [{ component: 'tikv-2', kind: 'process-crash', mechanism: 'The process stopped without a shutdown; peers lost it at once and elected new leaders after an election timeout.', onset: startMs + 180 * second }],
    impact: [
      { component: 'clients', effect: 'latency up to 232 ms for about 20 s' },
      { component: 'cluster', effect: '120 regions with two of three replicas' },
    ],
    evidence: [
      { id: 'E1', claim: 'tikv-2 cannot be scraped: up is 0', observation: 'O1', path: '/result/0/value/1', asserts: { op: 'eq', value: 0 } },
      { id: 'E2', claim: 'PD calls the store Disconnected', observation: 'O2', path: '/body/stores/0/store/state_name', asserts: { op: 'eq', value: 'Disconnected' } },
      { id: 'E3', claim: 'tikv-1 took over 70 leaders', observation: 'O4', path: '/result/0/value/1', asserts: { op: 'approx', value: 70, tolerance: 2 } },
      { id: 'E4', claim: 'the kernel log shows that the OOM killer was not involved', observation: 'O9', path: '/lines/0/raw', asserts: { op: 'contains', value: 'oom' } },
    ],
    hypotheses: [
      { cause: { component: 'tikv-2', kind: 'process-crash' }, verdict: 'accepted', because: 'the port refuses instead of timing out, and no shutdown was logged', evidence: ['E1', 'E2'] },
      { cause: { component: 'tikv-2', kind: 'network-partition' }, verdict: 'rejected', because: 'peers see connections reset, not lost packets', evidence: ['E2'] },
      { cause: { component: 'tikv-2', kind: 'planned-stop' }, verdict: 'open', because: 'the log of tikv-2 could not be read', evidence: [] },
    ],
    options: [
      { action: { name: 'restart-store', target: 'tikv-2' }, benefits: 'third replica back within a minute', risks: 'crashes again if the cause persists', reversible: true },
      { action: { name: 'delete-store', target: 'tikv-2' }, benefits: 'PD rebuilds the replicas elsewhere', risks: 'with three stores there is no elsewhere', reversible: false },
    ],
    recommendation: { option: 0, rationale: 'Two replicas hold every region; a restart restores the third with the least change.', verifyBy: 'PD shows the store Up and the leader counts even out within two minutes.' },
    confidence: 0.85,
  };
}
