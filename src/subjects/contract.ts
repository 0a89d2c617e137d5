import type { z } from 'zod';
import type { Clock, Millis } from '../kernel/clock.ts';
import type { Json } from '../kernel/json.ts';
import type { Result } from '../kernel/result.ts';
import type { HttpRequest } from '../ports/http.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * What a finding is about: a node (`tikv-2`, `pd-1`), a group (`pd`, `tikv`), `cluster`, `clients`,
 * or a part of the data (`region-12`).
 */
export type ComponentRef = string;

/** One deployed process as the operator knows it. */
export interface TopologyNode {
  readonly id: ComponentRef;
  readonly role: string;
  readonly host: string;
  /** Other names of the same thing: addresses with ports, `store-4`, member ids. */
  readonly aliases: readonly string[];
}

/** Who is deployed. Learned from the ports, so it names nothing that an operator could not know. */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
}

/** Something that the monitor could not read; enough of them make it `blind`. */
export interface Blindness {
  readonly what: string;
  readonly because: string;
}

/** One look at the cluster. The subject adds its own fields; shared code touches only these. */
export interface Observation {
  readonly atMs: Millis;
  readonly topology: Topology;
  readonly blind: readonly Blindness[];
}

/** An invariant that does not hold right now for one component. */
export interface Violation {
  readonly component: ComponentRef;
  /** One sentence with the measured numbers. */
  readonly detail: string;
  readonly value?: number;
}

/** Something that must hold in a healthy cluster. */
export interface Invariant<O extends Observation = Observation> {
  /** The key of its tickets, e.g. `store-down`. */
  readonly name: string;
  readonly title: string;
  readonly severity: 'critical' | 'warning';
  /** A violation must last this long before it opens a ticket. */
  readonly graceMs: Millis;
  readonly violations: (observation: O) => readonly Violation[];
  /** True when this look lacks what the invariant needs: what it does not show is then unknown, not cured. Default: it can always tell. */
  readonly cannotTell?: (observation: O) => boolean;
}

/** A number worth watching and charting, as an expression over the subject's metrics. */
export interface Signal {
  /** Stable, e.g. `client-latency-p99`. */
  readonly id: string;
  readonly title: string;
  readonly unit: 'seconds' | 'count' | 'per-second' | 'ratio' | 'bytes';
  readonly promql: string;
  /** Label whose value names the line, e.g. `instance`; without it there is one line. */
  readonly by?: string;
  /** A line that the chart draws, e.g. the invariant's threshold. */
  readonly threshold?: number;
}

/** A thing that an operator could do about an incident. */
export interface ActionSpec {
  /** Stable, e.g. `restart-store`. */
  readonly name: string;
  readonly title: string;
  readonly reversible: boolean;
  readonly risk: string;
}

/** A control-plane request that a recording of an incident should hold. */
export interface SnapshotRequest {
  readonly path: string;
  /** The JSON of a POST that only reads; without it the request is a GET. */
  readonly body?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Asked of every member of this role instead of whichever leads. */
  readonly everyNodeOf?: string;
}

/** One role of a database's nodes, in every word that somebody has for it. */
export interface SubjectRole {
  /** As inventories, topologies and scenarios say it: `tikv`, `member`. */
  readonly role: string;
  /** What its nodes are called, before their number: `tikv`, `etcd`. */
  readonly nodePrefix: string;
  /** The `job` label of its metrics. */
  readonly job: string;
  /** Whether it answers for the control plane. */
  readonly controlPlane: boolean;
}

/** A series that is worth comparing on every node against its own quiet time. */
export interface KeySeries {
  readonly signal: string;
  readonly promql: string;
  /** A change below this is noise whatever the quiet spread was, in the series' own unit. */
  readonly floor: number;
}

/** A read-only look at the database that is shaped by the database: its members side by side, its alarms, its hashes. */
export interface SubjectTool {
  readonly name: string;
  /** One paragraph for the one who chooses tools. */
  readonly description: string;
  readonly input: z.ZodType;
  /** `args` have passed `input`. */
  readonly run: (args: Json, context: { readonly ports: Ports; readonly topology: Topology }) => Promise<Result<Json>>;
}

/** Everything that is specific to one database, on the operator's side. */
export interface Subject<O extends Observation = Observation> {
  readonly name: string;
  readonly roles: readonly SubjectRole[];
  readonly observe: (ports: Ports, clock: Clock) => Promise<O>;
  readonly invariants: readonly Invariant<O>[];
  readonly signals: readonly Signal[];
  readonly actions: readonly ActionSpec[];
  readonly snapshot: readonly SnapshotRequest[];
  /** Tools of the desk beside those that fit every database. */
  readonly tools: readonly SubjectTool[];
  readonly keySeries: readonly KeySeries[];
  /** Whether a request to the control plane changes nothing. Whatever else it asks for is refused before it is sent. */
  readonly reads: (request: HttpRequest) => boolean;
}
