import type { Json } from '../../kernel/json.ts';
import type { Assignment, Desk } from '../contract.ts';
import { emptyAssignment } from '../fake-desk.test-kit.ts';
import { Investigation } from './investigation.ts';

/** What a desk answers, as a test writes it down: whatever it leaves out could not be read. */
export interface Answers {
  /** Nodes by role; `tikv-2` is the store with id 2. */
  readonly nodes: Readonly<Record<string, readonly string[]>>;
  /** A part of an expression, and for each node its value now, or that and its quiet value. */
  readonly metrics?: Readonly<Record<string, Readonly<Record<string, number | null | readonly [quiet: number | null, now: number | null]>>>>;
  /** Bodies of the control plane by path. */
  readonly controlPlane?: Readonly<Record<string, Json>>;
  /** Log lines by what is searched for. */
  readonly logs?: Readonly<Record<string, readonly { readonly node: string; readonly raw: string; readonly atMs: number }[]>>;
  /** Answers of tools of the subject's own. */
  readonly tools?: Readonly<Record<string, Json>>;
  readonly assignment?: Partial<Assignment>;
}

/** An investigation at a desk that gives these answers. */
export function investigationWith(answers: Answers): Investigation {
  const { nodes, assignment } = answers;
  const topology = { nodes: Object.entries(nodes).flatMap(([role, ids]) => ids.map((id) => ({ id, role, host: id, aliases: [`store-${id.replace(/^\D+/, '')}`] }))) };
  let asked = 0;
  const desk: Desk = {
    tools: [], observations: [], clock: { now: () => emptyAssignment.nowMs },
    call: async (tool, args) => {
      const answer = answerOf(answers, tool, args as Record<string, Json>);
      return { id: `O${++asked}`, tool, args, atMs: 2, ok: answer !== undefined, answer: answer ?? { error: { code: 'LAB_TIMEOUT' } } };
    },
  };
  return new Investigation(desk, { ...emptyAssignment, topology, ...assignment });
}

function answerOf({ metrics = {}, controlPlane = {}, logs, tools = {} }: Answers, tool: string, args: Readonly<Record<string, Json>>): Json | undefined {
  if (tool === 'compare_nodes') return { nodes: rowsOf(Object.entries(metrics).find(([part]) => String(args['promql']).includes(part))?.[1] ?? {}) };
  if (tool === 'control_plane') return String(args['path']) in controlPlane ? { status: 200, body: controlPlane[String(args['path'])] ?? null } : { error: { code: 'LAB_TIMEOUT' } };
  if (tool !== 'search_logs') return tools[tool];
  if (!logs) return undefined;
  const lines = (logs[String(args['contains'])] ?? []).map((line) => ({ ...line, level: 'INFO', message: line.raw }));
  return { matched: lines.length, lines, patterns: [] };
}

function rowsOf(values: NonNullable<Answers['metrics']>[string]): Json {
  return Object.entries(values).map(([node, value]) => {
    const [quiet, now] = Array.isArray(value) ? (value as readonly (number | null)[]) : [null, value as number | null];
    return { node, now: now ?? null, quiet: quiet === null || quiet === undefined ? null : { median: quiet, min: quiet, max: quiet }, leftBandAtMs: null, extreme: null, shift: null };
  });
}
