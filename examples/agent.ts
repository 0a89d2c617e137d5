/**
 * An agent for Operator Lab in TypeScript, run by Node itself: asks which node changed most, and says what it saw.
 *
 *     npx lab run store-down --diagnostician "command:node examples/agent.ts"
 *
 * It speaks lab.agent/v1: one JSON document a line. See docs/agents.md and schema/agent-protocol.schema.json.
 */
import { createInterface } from 'node:readline';

interface Observation { id: string; ok: boolean; answer: { nodes?: Row[]; changes?: (Row & { signal: string; effect: number })[] } }
interface Row { node: string; now: number | null; leftBandAtMs: number | null; quiet: { median: number } | null }
interface Assignment { nowMs: number; topology: { nodes: { id: string }[] } }

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (line: object): void => console.log(JSON.stringify(line));
const heard = async (): Promise<Record<string, unknown>> => JSON.parse((await lines.next()).value as string);

async function ask(tool: string, args: object): Promise<Observation> {
  say({ type: 'call', tool, args });
  return (await heard())['observation'] as Observation;
}

const { assignment } = (await heard()) as unknown as { assignment: Assignment };
const [up, took, changes] = [await ask('compare_nodes', { promql: 'up' }), await ask('compare_nodes', { promql: 'scrape_duration_seconds' }), await ask('changes', { limit: 10 })];
const known = new Set(assignment.topology.nodes.map((node) => node.id));
const at = (observation: Observation, matches: (row: Row) => boolean): number => (observation.answer.nodes ?? []).findIndex((row) => known.has(row.node) && matches(row));
const place = at(up, (row) => row.now !== 1 && row.quiet?.median === 1);
const row = up.answer.nodes?.[place];
say({ type: 'note', text: `changed most: ${(changes.answer.changes ?? []).slice(0, 3).map((each) => `${each.signal} of ${each.node}`).join(', ') || 'nothing'}` });
say({ type: 'diagnosis', diagnosis: row ? silent(row) : calm() });
process.exit();

function calm(): object {
  return {
    verdict: 'healthy', summary: 'every target answers', rootCauses: [], impact: [], hypotheses: [], options: [], recommendation: null, confidence: 0.6,
    evidence: [{ id: 'E1', claim: 'nobody stands out', observation: up.id, path: '/standsOut', asserts: { op: 'exists' } }],
  };
}

function silent({ node, leftBandAtMs }: Row): object {
  const tookPlace = at(took, (each) => each.node === node);
  const refused = (took.answer.nodes?.[tookPlace]?.now ?? 0) < 1;
  const [kind, other] = refused ? ['process-crash', 'process-hang'] : ['process-hang', 'process-crash'];
  return {
    verdict: 'fault', confidence: 0.7, summary: `${node} is silent: ${kind}`,
    rootCauses: [{ component: node, kind, mechanism: 'it serves nothing, so its regions elect other leaders', onset: leftBandAtMs ?? assignment.nowMs }],
    impact: [{ component: node, effect: 'serves nothing' }],
    evidence: [
      { id: 'E1', claim: `up of ${node} is 0`, observation: up.id, path: `/nodes/${place}/now`, asserts: { op: 'eq', value: 0 } },
      { id: 'E2', claim: 'how its last scrape ended', observation: took.id, path: `/nodes/${tookPlace}/now`, asserts: { op: refused ? 'lt' : 'ge', value: 1 } },
    ],
    hypotheses: [
      { cause: { component: node, kind }, verdict: 'accepted', because: 'it explains how the scrape ended', evidence: ['E1', 'E2'] },
      { cause: { component: node, kind: other }, verdict: 'rejected', because: 'the scrape would have ended otherwise', evidence: ['E2'] },
    ],
    options: [
      { action: { name: 'restart-store', target: node }, benefits: 'brings its replicas back', risks: 'may die of the same thing again', reversible: true },
      { action: { name: 'wait-and-watch' }, benefits: 'moves nothing', risks: 'one more failure costs quorums', reversible: true },
    ],
    recommendation: { option: 0, rationale: 'redundancy is gone until it is back', verifyBy: 'its up is 1 again' },
  };
}
