import { z } from 'zod';
import type { Millis } from '../../kernel/clock.ts';
import { canonicalJson, type Json } from '../../kernel/json.ts';
import type { ComponentRef, TopologyNode } from '../../subjects/contract.ts';
import type { Assignment, Desk, Evidence, ToolObservation } from '../contract.ts';
import { nodeNamed } from '../tools/nodes.ts';
import { Findings, type Citation, type Finding } from './finding.ts';

const rowSchema = z.object({
  node: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  now: z.number().nullable(),
  quiet: z.object({ median: z.number(), min: z.number(), max: z.number() }).nullable(),
  leftBandAtMs: z.number().nullable(),
  extreme: z.object({ value: z.number(), atMs: z.number() }).nullable(),
  shift: z.object({ atMs: z.number(), before: z.number(), after: z.number() }).nullable(),
});
const patternSchema = z.object({ message: z.string(), level: z.string(), count: z.number(), nodes: z.record(z.string(), z.number()), firstMs: z.number(), lastMs: z.number() });
const lineSchema = z.object({ atMs: z.number(), node: z.string(), level: z.string(), message: z.string(), raw: z.string() });
const nodesSchema = z.object({ nodes: z.array(rowSchema) });
const foundSchema = z.object({ lines: z.array(lineSchema), patterns: z.array(patternSchema) });

/** One row of a `compare_nodes` answer and where it stands. */
export interface Row extends z.infer<typeof rowSchema> {
  readonly at: (field: 'now' | 'quiet/median' | 'extreme/value' | 'leftBandAtMs', asserts: NonNullable<Evidence['asserts']>) => Citation;
}

/** One log line of an answer and where it stands. */
export interface FoundLine extends z.infer<typeof lineSchema> {
  readonly says: (text: string) => Citation;
}

/** One kind of message, how often each node wrote it, and where that stands. */
export interface FoundPattern extends z.infer<typeof patternSchema> {
  readonly on: (node: ComponentRef) => Citation;
}

/** What a log search brought; `looked` cites how many lines matched, undefined when the logs could not be read. */
export interface FoundLog {
  readonly lines: readonly FoundLine[];
  readonly patterns: readonly FoundPattern[];
  readonly looked: Citation | undefined;
}

/** How a log search is narrowed. */
export interface LogArgs {
  readonly node?: string;
  readonly levels?: string[];
  readonly limit?: number;
}

/** A control-plane answer; `body` is undefined unless the status was 200. */
export interface ControlAnswer {
  readonly observation: ToolObservation;
  readonly status: number | undefined;
  readonly body: unknown;
}

/** One diagnosis in progress: asks the desk (each question once), and keeps the findings. */
export class Investigation {
  readonly findings = new Findings();
  readonly assignment: Assignment;
  readonly #desk: Desk;
  readonly #asked = new Map<string, Promise<ToolObservation>>();
  #storeIds: ReadonlyMap<string, ComponentRef> = new Map();

  constructor(desk: Desk, assignment: Assignment) {
    this.#desk = desk;
    this.assignment = assignment;
  }

  get nowMs(): Millis {
    return this.#desk.clock.now();
  }

  /** Nodes of one role, in the order of the topology. */
  nodes(role: string): readonly TopologyNode[] {
    return this.assignment.topology.nodes.filter((node) => node.role === role);
  }

  ask(tool: string, args: Json): Promise<ToolObservation> {
    const key = `${tool} ${canonicalJson(args)}`;
    const answer = this.#asked.get(key) ?? this.#desk.call(tool, args);
    this.#asked.set(key, answer);
    return answer;
  }

  /** Rows of one expression; empty where it has no data. */
  async compare(promql: string, by = 'instance'): Promise<readonly Row[]> {
    const observation = await this.ask('compare_nodes', { promql, by });
    const rows = nodesSchema.safeParse(observation.answer);
    if (!observation.ok || !rows.success) return [];
    return rows.data.nodes.map((row, index) => ({ ...row, at: (field, asserts) => ({ observation: observation.id, path: `/nodes/${index}/${field}`, asserts }) }));
  }

  async controlPlane(path: string, more: { readonly query?: Record<string, string>; readonly node?: string } = {}): Promise<ControlAnswer> {
    const observation = await this.ask('control_plane', { path, ...more });
    const answer = observation.answer as { status?: number; body?: unknown };
    return { observation, status: answer.status, body: answer.status === 200 ? answer.body : undefined };
  }

  /** Log lines whose message begins with `message`: what a line merely quotes in a field does not count. */
  async logLines(message: string, more: LogArgs = {}): Promise<FoundLog> {
    const begins = (each: { readonly message: string }): boolean => each.message.startsWith(message.replace(/\d+/g, 'N')) || each.message.startsWith(message);
    return this.#search(message, more, begins);
  }

  /** Log lines whose message holds `words` anywhere: raft begins its messages with a member's id. */
  async logMentions(words: string, more: LogArgs = {}): Promise<FoundLog> {
    return this.#search(words, more, ({ message }) => message.includes(words));
  }

  /** Log lines that hold `words` anywhere, fields included: for programs that write the reason there. Whoever uses it looks at what kind of line it is. */
  async logHolding(words: string, more: LogArgs = {}): Promise<FoundLog> {
    return this.#search(words, more, () => true);
  }

  async #search(contains: string, more: LogArgs, passes: (each: { readonly message: string }) => boolean): Promise<FoundLog> {
    const args = { ...more, fromMs: this.assignment.quiet.fromMs, limit: more.limit ?? 60, ...(contains !== '' && { contains }) };
    const observation = await this.ask('search_logs', args);
    const found = foundSchema.safeParse(observation.answer);
    if (!observation.ok || !found.success) return { lines: [], patterns: [], looked: undefined };
    const cite = (path: string, asserts: Citation['asserts']): Citation => ({ observation: observation.id, path, asserts });
    const lines = found.data.lines.map((line, index): FoundLine => ({ ...line, says: (text) => cite(`/lines/${index}/raw`, { op: 'contains', value: text }) }));
    const patterns = found.data.patterns.map((pattern, index): FoundPattern => ({ ...pattern, on: (node) => cite(`/patterns/${index}/nodes/${node}`, { op: 'ge', value: 1 }) }));
    return { lines: lines.filter(passes), patterns: patterns.filter(passes), looked: cite('/matched', { op: 'eq', value: (observation.answer as { matched: number }).matched }) };
  }

  note(finding: Finding): void {
    this.findings.add(finding);
  }

  /** Remembers which store id belongs to which node, as the control plane lists them. */
  learnStoreIds(ids: ReadonlyMap<string, ComponentRef>): void {
    this.#storeIds = ids;
  }

  /** The node with this store id. */
  storeWithId(id: string | number): ComponentRef | undefined {
    return this.#storeIds.get(String(id)) ?? nodeNamed(this.assignment.topology, `store-${id}`)?.id;
  }

  /** The node behind an address or another name. */
  nodeNamed(name: string): ComponentRef | undefined {
    return nodeNamed(this.assignment.topology, name)?.id;
  }
}
