import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterKind } from '../harness/clusters/registry.ts';
import type { RunningCluster } from '../harness/clusters/contract.ts';
import { labKnowledge } from '../harness/cli/knowledge.ts';
import { assignmentAt } from '../harness/lab/diagnose-recording.ts';
import { planOf } from '../harness/scenario/compile.ts';
import { findScenario } from '../harness/scenario/loader.ts';
import { claude } from '../src/diagnosis/claude/claude.ts';
import { FakeMessagesApi, type Turn } from '../src/diagnosis/claude/messages-api.test-kit.ts';
import type { ApiRequest } from '../src/diagnosis/claude/messages-request.test-kit.ts';
import { use, type SpokenBlock } from '../src/diagnosis/claude/messages-stream.test-kit.ts';
import type { Assignment, Desk, TranscriptNote } from '../src/diagnosis/contract.ts';
import { answerTokensMax, createDesk } from '../src/diagnosis/desk.ts';
import { estimatedTokens } from '../src/diagnosis/tokens.ts';
import { defined } from '../src/kernel/assert.ts';
import { orThrow } from '../src/kernel/result.ts';
import { subjects } from '../src/subjects/registry.ts';
import { readingsOf, silentStoreModel } from './scripted-model.ts';

const subject = defined(subjects.get('tikv'), 'tikv');
const victim = 'tikv-60';
let cluster: RunningCluster;
let assignment: Assignment;

beforeAll(async () => {
  const { spec } = planOf(orThrow(findScenario('tikv/store-down', { knowledge: labKnowledge() })));
  cluster = orThrow(await (await clusterKind('twin')).start({ ...spec, roles: { ...spec.roles, tikv: 100 }, regions: 2_000 }, 1));
  const startMs = cluster.clock.now();
  await cluster.pass(75_000);
  await cluster.controls.process?.kill(victim);
  await cluster.pass(45_000);
  assignment = await assignmentAt(cluster, subject, { incident: { id: 'I1', openedAtMs: startMs + 80_000, tickets: [] }, startMs });
}, 300_000);
afterAll(() => cluster?.[Symbol.asyncDispose]());

const deskOf = (): Desk => createDesk({ ports: cluster.ports, clock: cluster.clock, assignment, subject });

/** One call of every tool, as wide as it goes. */
const widest = (): readonly (readonly [string, object])[] => [
  ['tickets', {}], ['topology', {}], ['alerts', {}], ['changes', { limit: 100 }], ['changes', { every: true, part: 'raftstore region', limit: 100 }],
  ['compare_nodes', { promql: 'up' }], ['query', { promql: '{__name__=~"tikv_.*", job="tikv"}' }], ['query', { promql: 'tikv_grpc_msg_duration_seconds_bucket' }],
  ['query_range', { promql: 'up', fromMs: assignment.quiet.fromMs, toMs: assignment.nowMs, stepMs: 5_000 }],
  ['find_metrics', { part: '', limit: 500 }], ['find_labels', { selector: '{job="tikv"}' }], ['search_logs', { limit: 200 }],
  ['control_plane', { path: '/pd/api/v1/stores' }], ['control_plane', { path: '/pd/api/v1/regions' }], ['store_config', { part: '' }], ['read_more', { observation: 'O3', limit: 500 }],
];

describe('a hundred stores', () => {
  test('every tool keeps its answer within the limit, says what it cut, and keeps the whole', { timeout: 300_000 }, async () => {
    const desk = deskOf();
    const uncovered = new Set(desk.tools.map(({ name }) => name));
    for (const [tool, args] of widest()) {
      const { ok, answer, whole } = await desk.call(tool, args as never);
      uncovered.delete(tool);
      expect(estimatedTokens(JSON.stringify(answer)), tool).toBeLessThanOrEqual(answerTokensMax);
      expect(ok, `${tool} ${JSON.stringify(answer).slice(0, 200)}`).toBe(true);
      if (whole !== undefined) expect(answer, tool).toHaveProperty('cut.places');
    }
    expect([...uncovered].filter((name) => !subject.tools.some((own) => own.name === name))).toEqual([]);
    expect(desk.observations.filter(({ whole }) => whole !== undefined).map(({ tool }) => tool)).toEqual(expect.arrayContaining(['control_plane', 'query']));
  });

  test('its incident fits the default budget of claude with room to spare, every tool used at its widest', { timeout: 300_000 }, async () => {
    await using api = await FakeMessagesApi.start((request) => counted(modelThatAsksForAll(request), request));
    process.env['ANTHROPIC_BASE_URL'] = api.url;
    process.env['ANTHROPIC_API_KEY'] = 'sk-test-4711';
    const notes: TranscriptNote[] = [];
    const result = await claude().diagnose(assignment, { desk: deskOf(), note: (note) => notes.push(note), signal: new AbortController().signal });
    delete process.env['ANTHROPIC_BASE_URL'];
    delete process.env['ANTHROPIC_API_KEY'];
    expect(api.complaints).toEqual([]);
    expect(result).toMatchObject({ ok: true, value: { rootCauses: [{ component: victim, kind: 'process-crash' }] } });
    const used = notes.flatMap((note) => note.usage ?? []);
    const tokens = used.reduce((sum, each) => sum + each.inputTokens + each.outputTokens, 0);
    const cost = used.reduce((sum, each) => sum + (each.costUsd ?? 0), 0);
    expect(tokens).toBeGreaterThan(100_000);
    expect(tokens).toBeLessThan(1_600_000);
    expect(cost).toBeLessThan(2);
  });
});

/** First everything, three tools a turn; then the investigation. */
function modelThatAsksForAll(request: ApiRequest): Turn {
  const asked = readingsOf(request).shown.length;
  const next = widest().slice(asked, asked + 3);
  if (next.length === 0) return silentStoreModel(request);
  return { kind: 'speaks', content: next.map(([tool, args], i): SpokenBlock => use(tool, args, `toolu_${asked + i}`)) };
}

let cachedTokens = 0;
/** Counts as the real endpoint would at worst: by our own estimate, and the conversation before the last turn from the cache. */
function counted(turn: Turn, { text, body }: ApiRequest): Turn {
  if (turn.kind !== 'speaks') return turn;
  const all = estimatedTokens(text);
  const read = body.messages.length > 1 ? cachedTokens : 0;
  cachedTokens = all;
  return { ...turn, usage: { input_tokens: 0, cache_creation_input_tokens: all - read, cache_read_input_tokens: read, output_tokens: 2_000 } };
}
