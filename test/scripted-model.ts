import type { ApiRequest } from '../src/diagnosis/claude/messages-request.test-kit.ts';
import type { Turn } from '../src/diagnosis/claude/messages-api.test-kit.ts';
import { speaks, use, type SpokenBlock } from '../src/diagnosis/claude/messages-stream.test-kit.ts';
import type { Assignment, Diagnosis } from '../src/diagnosis/contract.ts';

/** A tool answer as the model reads it out of the conversation. */
export interface Shown {
  readonly id: string;
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly answer: Record<string, unknown>;
}

interface Row { readonly node: string; readonly now: number | null; readonly leftBandAtMs: number | null; readonly quiet: { readonly median: number } | null }

/** Everything that was asked and answered so far, read from the messages alone. */
export function readingsOf({ body }: ApiRequest): { readonly assignment: Assignment; readonly shown: readonly Shown[]; readonly checks: readonly string[] } {
  const blocks = body.messages.flatMap((message) => message.content);
  const asked = new Map(blocks.filter((block) => block.type === 'tool_use').map((block) => [block.id, block.input as Record<string, unknown>]));
  const shown = blocks.flatMap((block): Shown[] => {
    const found = /^<answer observation="(O\d+)" tool="(\w+)">\n(.*)\n<\/answer>$/.exec(block.content ?? '');
    return found ? [{ id: found[1] ?? '', tool: found[2] ?? '', args: asked.get(block.tool_use_id) ?? {}, answer: JSON.parse(found[3] ?? '{}') }] : [];
  });
  const assignment = JSON.parse(/<assignment>\n(.*)\n<\/assignment>/.exec(blocks[0]?.text ?? '')?.[1] ?? '{}') as Assignment;
  return { assignment, shown, checks: blocks.filter((block) => block.content?.includes('<check>')).map((block) => block.content ?? '') };
}

/**
 * Stands for a model that investigates a store that fell silent: it looks who is silent, how connections to it end, and what its
 * log says, and decides from the answers. Its first draft misremembers one number on purpose, as models do.
 */
export function silentStoreModel(request: ApiRequest): Turn {
  const { assignment, shown, checks } = readingsOf(request);
  const rows = (promql: string): { readonly from: Shown; readonly rows: readonly Row[] } | undefined => {
    const from = shown.find((each) => each.tool === 'compare_nodes' && each.args['promql'] === promql);
    return from && { from, rows: from.answer['nodes'] as readonly Row[] };
  };
  const [up, took] = [rows('up'), rows('scrape_duration_seconds')];
  if (!up || !took) return speaks({ type: 'thinking', thinking: 'Who is silent, and how does it end? Candidates: crash, hang, partition, a planned stop, or only the monitoring.' }, compare('up'), compare('scrape_duration_seconds'), use('changes', {}), use('topology', {}));
  const silent = up.rows.findIndex((row) => row.now !== 1 && row.quiet?.median === 1);
  const node = up.rows[silent]?.node ?? '';
  const signals = shown.find((each) => each.args['contains'] === 'receive signal');
  const stores = shown.find((each) => each.args['path'] === '/pd/api/v1/stores');
  if (!signals || !stores) return speaks({ type: 'text', text: `${node} is silent. A stop that somebody asked for would be in its log.` }, use('search_logs', { node, contains: 'receive signal', fromMs: assignment.quiet.fromMs }), use('control_plane', { path: '/pd/api/v1/stores' }));
  return speaks(use('submit_diagnosis', concluded({ up: up.from, took: took.from, signals, stores }, { topology: assignment.topology, leaders: checks.length === 0 ? 40 : 0 })));
}

/** What follows from the four looks; `leaders` is what is claimed about the leaders of the silent store. */
export function concluded({ up, took, signals, stores }: Looks, { topology, leaders }: { readonly topology: Assignment['topology']; readonly leaders: number }): Diagnosis {
  const [ups, tooks] = [up.answer['nodes'] as readonly Row[], took.answer['nodes'] as readonly Row[]];
  const silent = ups.findIndex((row) => row.now !== 1 && row.quiet?.median === 1);
  const node = ups[silent]?.node ?? '';
  const aliases = topology.nodes.find(({ id }) => id === node)?.aliases ?? [];
  const index = (stores.answer['body'] as { stores: { store: { address: string } }[] }).stores.findIndex((each) => aliases.includes(each.store.address));
  const place = tooks.findIndex((row) => row.node === node);
  return draft({ node, refused: (tooks[place]?.now ?? 0) < 1, leaders, up, took, signals, stores, silent, index, onset: ups[silent]?.leftBandAtMs ?? 0, took_: place });
}

interface Looks { readonly up: Shown; readonly took: Shown; readonly signals: Shown; readonly stores: Shown }

const compare = (promql: string): SpokenBlock => use('compare_nodes', { promql }, `toolu_${promql}`);

interface Known { readonly node: string; readonly refused: boolean; readonly leaders: number; readonly up: Shown; readonly took: Shown; readonly signals: Shown; readonly stores: Shown; readonly silent: number; readonly index: number; readonly onset: number; readonly took_: number }

function draft({ node, refused, leaders, up, took, signals, stores, silent, index, onset, took_ }: Known): Diagnosis {
  const kind = refused ? (signals.answer['matched'] === 0 ? 'process-crash' : 'planned-stop') : 'process-hang';
  const other = refused ? 'process-hang' : 'process-crash';
  return {
    verdict: 'fault', confidence: 0.9, summary: `${node} is silent: ${refused ? 'its host refuses connections, so its process is gone' : 'connections are taken and nobody answers, so its process hangs'}.`,
    rootCauses: [{ component: node, kind, mechanism: refused ? 'the process is gone; its regions elected new leaders' : 'the process stands still with its sockets open', onset }],
    impact: [{ component: node, effect: 'serves nothing' }, { component: 'clients', effect: 'stalled until other leaders were elected' }],
    evidence: [
      { id: 'E1', claim: `${node} does not answer its scrapes`, observation: up.id, path: `/nodes/${silent}/now`, asserts: { op: 'eq', value: 0 } },
      { id: 'E2', claim: `the last scrape of ${node} ${refused ? 'failed at once' : 'ran into its time limit'}`, observation: took.id, path: `/nodes/${took_}/now`, asserts: { op: refused ? 'lt' : 'ge', value: 1 } },
      { id: 'E3', claim: `${node} logged no signal`, observation: signals.id, path: '/matched', asserts: { op: 'eq', value: 0 } },
      { id: 'E4', claim: `${node} leads ${leaders} regions`, observation: stores.id, path: `/body/stores/${index}/status/leader_count`, asserts: { op: 'eq', value: leaders } },
    ],
    hypotheses: [
      { cause: { component: node, kind }, verdict: 'accepted', because: 'it explains the way in which connections end', evidence: ['E1', 'E2'] },
      { cause: { component: node, kind: other }, verdict: 'rejected', because: 'connections would end in another way', evidence: ['E2'] },
      { cause: { component: node, kind: 'network-partition' }, verdict: 'rejected', because: refused ? 'the host answers, and refuses' : 'the host takes connections', evidence: ['E2'] },
      { cause: { component: node, kind: 'planned-stop' }, verdict: 'rejected', because: 'its log holds no signal', evidence: ['E3'] },
    ],
    options: [
      { action: { name: 'restart-store', target: node }, benefits: 'brings its replicas back', risks: 'may die again of the same thing', reversible: true },
      { action: { name: 'wait-and-watch' }, benefits: 'nothing is moved', risks: 'one more failure costs quorums', reversible: true },
    ],
    recommendation: { option: 0, rationale: 'the cluster is one failure away from losing quorums', verifyBy: 'its up is 1 again' },
  };
}
