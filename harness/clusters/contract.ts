import type { Clock, Millis } from '../../src/kernel/clock.ts';
import type { Failure, Result } from '../../src/kernel/result.ts';
import type { Ports } from '../../src/ports/ports.ts';
import type { Capability, Controls } from './controls.ts';

export { capabilities } from './controls.ts';
export type { Capability, ClockControl, ConfigControl, Controls, CpuControl, CutDirection, CutFrom, DataControl, DialDirection, DiskControl, FirewallControl, GrayDiskControl, GrayLinkControl, LinkControl, LoadControl, MemoryControl, NeighbourControl, NetworkControl, ProcessControl, ProcessState, ReleaseControl, SpaceControl, StallControl, SupervisorControl } from './controls.ts';

/** A node's name in the topology, e.g. `tikv-2`. */
export type NodeId = string;

/** The kinds of cluster; each is one folder beside this file. */
export type ClusterKindName = 'twin' | 'recorded' | 'compose' | 'process' | 'attach';

/** What to start. Sizes that a kind cannot choose (a recording's) are ignored by it. */
export interface ClusterSpec {
  readonly kind: ClusterKindName;
  readonly subject: string;
  /** Nodes per role, e.g. `{ pd: 3, tikv: 3 }`. */
  readonly roles: Readonly<Record<string, number>>;
  /** For the twin: further machines per role that stand empty until a process is started there, e.g. `{ tikv: 1 }`; their names follow on. */
  readonly spares?: Readonly<Record<string, number>>;
  readonly regions: number;
  /** For the twin: how many keys the load's clients have, each with one of its values; where nobody says it, regions hold 20 to 80 MiB each. */
  readonly keyCount?: number;
  readonly load: LoadSpec;
  /**
   * For the twin: the one machine that all nodes share, where not each has its own; how many of its cores programs take that are neither nodes nor clients, and how long a synchronous write
   * takes to the nodes' disks, which lie in its memory.
   */
  readonly machine?: { readonly cores: number; readonly othersCores: number; readonly syncMs: number };
  /** For the twin: stores that know one PD member's address only, that of the first leader or of the first follower, as those that a program plays do; real stores find whoever leads. */
  readonly storesKnow?: 'leader' | 'follower';
  /** For the twin: so many followers of PD's leader were started when the stores had told it everything, and heard only what is new since. */
  readonly restartedFollowers?: number;
  /** The database's own settings beyond the lab's, by its own names, e.g. `quota-backend-bytes`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Prometheus rule files that its monitoring runs, where the lab is its monitoring (twin, recorded, process). */
  readonly rules?: readonly { readonly file: string; readonly text: string }[];
  /** For `recorded`: the recording's name under `recordings/` or a folder. */
  readonly recording?: string;
}

/** The clients' traffic. */
export interface LoadSpec {
  readonly shape: 'mixed' | 'idle';
  /** Requests per second over all clients. */
  readonly ratePerSecond: number;
  /** Share of reads, 0 to 1. */
  readonly reads: number;
  readonly keys: 'uniform' | 'zipfian';
  /** Bytes of one value. */
  readonly valueBytes: number;
  /** Values that one write brings, neighbours in one region; one where nothing is said. Only the twin has clients that send more. */
  readonly valuesPerWrite?: number;
  /** Whether clients speak to stores by raw commands, as they do where nothing is said, or by transactions. */
  readonly api?: 'raw' | 'txn';
  /** Transactions per second that clients make besides, on keys of their own; only the twin has clients for them. */
  readonly transactions?: number;
  /** This share of the writes carries values of this size instead. */
  readonly large?: { readonly share: number; readonly valueBytes: number };
  /** A few neighbouring keys that draw this share of the reads, of the writes or of both; `at` is their place in the key space, 0 to 1. */
  readonly hot?: { readonly of: (typeof hotKinds)[number]; readonly share: number; readonly at: number };
}

/** What a hot spot draws. */
export const hotKinds = ['reads', 'writes', 'all'] as const;

/** Which share of the requests of one kind turns to the hot keys, 0 to 1. */
export const hotShareOf = ({ hot }: Pick<LoadSpec, 'hot'>, kind: 'reads' | 'writes'): number => (hot && (hot.of === kind || hot.of === 'all') ? hot.share : 0);

/** A node as the lab knows it: the truth, with every name that an operator might use for it. */
export interface ClusterNode {
  readonly id: NodeId;
  readonly role: string;
  readonly host: string;
  readonly aliases: readonly string[];
  /** Whether it leads its role at this moment (PD's leader); absent where a role has no leader or nobody can tell. */
  readonly leads?: boolean;
  /** It came after the cluster had been started. */
  readonly joined?: true;
}

/** Telemetry that is kept in the bundle: file name under `incident/` to bytes. */
export type IncidentFiles = ReadonlyMap<string, Uint8Array>;

/** What the clients saw in one second, as far as everybody reads it; the load generator's own contract says more. */
export interface SeenSecond {
  readonly atMs: Millis;
  readonly ok: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly retries: number;
}

/** A started cluster; disposing ends it. */
export interface RunningCluster extends AsyncDisposable {
  readonly clock: Clock;
  /** Lets time pass: virtual time runs, wall time is waited for. Time stands still between calls where it can. */
  readonly pass: (spanMs: Millis, signal?: AbortSignal) => Promise<void>;
  readonly ports: Ports;
  /** Absent: nothing can be broken here (a recording, an attached cluster). */
  readonly controls: Controls;
  readonly nodes: () => readonly ClusterNode[];
  /** Addresses that other programs may talk to, when it listens. */
  readonly endpoints: Readonly<Record<string, URL>>;
  /** Where a recording tells the story by itself: when its fault began and ended, and when it ends. */
  readonly script?: RecordedScript;
  /** Everything an agent may read, up to now, in the form of a bundle's `incident/`. */
  readonly export: () => IncidentFiles | Promise<IncidentFiles>;
  /** What the lab's own clients saw, second by second, where it loads the cluster itself. No operator sees it. */
  readonly clients?: () => readonly SeenSecond[];
}

/** The acts of a recording, in its own time. */
export interface RecordedScript {
  readonly startMs: Millis;
  readonly endMs: Millis;
  readonly injectMs?: Millis;
  readonly revertMs?: Millis;
}

/** What a kind can do on this machine, found out before anything is started. */
export interface Survey {
  /** Why no such cluster can be started here at all, e.g. a program that is not installed. */
  readonly unavailable?: Failure;
  /** Capabilities that its clusters will not have here, each with the reason. */
  readonly lacks: ReadonlyMap<Capability, string>;
}

/** Starts clusters of one kind. */
export interface ClusterKind {
  readonly name: ClusterKindName;
  /** Looks without changing anything. */
  readonly survey: (spec: ClusterSpec) => Promise<Survey>;
  readonly start: (spec: ClusterSpec, seed: number, signal?: AbortSignal) => Promise<Result<RunningCluster>>;
}
