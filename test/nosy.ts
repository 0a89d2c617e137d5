import type { Assignment, Diagnosis, Diagnostician, Session, ToolObservation } from '../src/diagnosis/contract.ts';
import { ok } from '../src/kernel/result.ts';
import { subjects } from '../src/subjects/registry.ts';

/** What the curious one was shown, the assignment included. */
export interface Shown {
  readonly assignment: Assignment;
  readonly observations: readonly ToolObservation[];
  readonly tools: Session['desk']['tools'];
}

/** For tests only: asks for everything that the desk can give, sensible or not, and then gives up. */
export function nosy(keep: (shown: Shown) => void): Diagnostician {
  return {
    name: 'nosy',
    fingerprint: () => 'nosy',
    answerTokensMax: 10_000_000,
    diagnose: async (assignment, { desk }) => {
      const nodes = assignment.topology.nodes.map((node) => node.id);
      await desk.call('tickets', {});
      await desk.call('topology', {});
      await desk.call('changes', { limit: 100 });
      await desk.call('changes', { limit: 100, every: true, part: 'tikv_raftstore' });
      await desk.call('alerts', {});
      for (const selector of ['up', '{job="tikv"}', '{job="pd"}']) await desk.call('find_labels', { selector });
      for (const what of ['stores', 'members', 'regions', 'scheduling', 'hotspots', 'config']) await desk.call('pd_view', { what });
      await desk.call('read_more', { observation: 'O3', limit: 500 });
      await askMetrics(desk);
      await askControlPlane(desk, assignment, nodes);
      for (const node of [...nodes, 'nobody']) for (const levels of [['WARN', 'ERROR', 'FATAL'], ['INFO']]) await desk.call('search_logs', { node, levels, limit: 200 });
      await desk.call('search_logs', { limit: 200 });
      await desk.call('no_such_tool', {});
      await desk.call('query', { promql: 'up{' });
      keep({ assignment, observations: [...desk.observations], tools: desk.tools });
      return ok(nothingFound);
    },
  };
}

async function askMetrics(desk: Session['desk']): Promise<void> {
  const listed = await Promise.all(['tikv', 'raft', 'pd_', 'etcd', 'process', 'go_', 'up', 'scrape', 'alert', 'ycsb', 'grpc', 'e'].map((part) => desk.call('find_metrics', { part, limit: 500 })));
  const names = new Set(listed.flatMap(({ answer }) => namesIn(answer)));
  // A histogram's counts carry the labels of its buckets, at a tenth of the size.
  for (const name of [...names].filter((each) => !each.endsWith('_bucket')).sort()) await desk.call('query', { promql: name });
  await desk.call('compare_nodes', { promql: 'up' });
  await desk.call('compare_nodes', { promql: 'scrape_duration_seconds' });
}

async function askControlPlane(desk: Session['desk'], { subject }: Assignment, nodes: readonly string[]): Promise<void> {
  for (const { path, query } of subjects.get(subject)?.snapshot ?? []) await desk.call('control_plane', { path, ...(query && { query: { ...query } }) });
  for (const path of ['/', '/status', '/pd/api/v1/ping', '/pd/api/v1/health', '/metrics', '/config', '/nowhere']) for (const node of nodes) await desk.call('control_plane', { path, node });
}

function namesIn(answer: unknown): string[] {
  if (typeof answer === 'string') return /^[a-z_:][a-z0-9_:]*$/i.test(answer) ? [answer] : [];
  if (Array.isArray(answer)) return answer.flatMap(namesIn);
  return answer !== null && typeof answer === 'object' ? Object.values(answer).flatMap(namesIn) : [];
}

const nothingFound: Diagnosis = {
  verdict: 'insufficient-evidence', summary: 'Everything was read, nothing was understood.', rootCauses: [], impact: [], evidence: [], hypotheses: [], options: [], recommendation: null, confidence: 0,
};
