import type { Millis } from '../../src/kernel/clock.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { LoadSpec, NodeId } from './contract.ts';

/** How a node's process is, read independently of the database's own telemetry. */
export type ProcessState = 'running' | 'paused' | 'exited';

/** Processes. */
export interface ProcessControl {
  /** SIGKILL. */
  readonly kill: (node: NodeId) => Promise<void>;
  /** SIGTERM: the program shuts down gracefully; resolves when the signal is sent. */
  readonly terminate: (node: NodeId) => Promise<void>;
  readonly start: (node: NodeId) => Promise<void>;
  readonly pause: (node: NodeId) => Promise<void>;
  readonly resume: (node: NodeId) => Promise<void>;
  readonly state: (node: NodeId) => Promise<ProcessState>;
}

/** Which version of its program a node runs. */
export interface ReleaseControl {
  /** Puts this version in the place of the one that is there; the node runs it from its next start on. */
  readonly install: (node: NodeId, version: string) => Promise<void>;
  /** The version that would be started now. */
  readonly installed: (node: NodeId) => Promise<string>;
}

/** Whoever starts programs again when they end. */
export interface SupervisorControl {
  /** Breaks a liveness probe: the program is killed now and so long after each start, and started again each time. */
  readonly failLiveness: (node: NodeId, killAfterMs: Millis) => Promise<void>;
  /** The probe succeeds again; a program that is down is started. */
  readonly repairLiveness: (node: NodeId) => Promise<void>;
  /** How often the supervisor has started the program again. */
  readonly probeRestarts: (node: NodeId) => Promise<number>;
}

/** Disks. */
export interface DiskControl {
  /** Adds this much to every synchronous write and limits the writes per second; replaces an earlier slowing. */
  readonly slow: (node: NodeId, limits: { readonly addedLatencyMs: Millis; readonly writesPerSecondMax?: number }) => Promise<void>;
  readonly restore: (node: NodeId) => Promise<void>;
  /** Latency of one synchronous write, measured beside the database. */
  readonly probeWriteMs: (node: NodeId) => Promise<Millis>;
}

/** Disks that stop: whatever is written to them is neither done nor refused. */
export interface StallControl {
  readonly hang: (node: NodeId) => Promise<void>;
  /** What waited is completed, and what comes is as fast as before. */
  readonly release: (node: NodeId) => Promise<void>;
  /** Whether a synchronous write is completed within a few seconds, tried beside the database. */
  readonly probeCompletes: (node: NodeId) => Promise<boolean>;
}

/** Disks that are late with some of their work and quick with the rest. */
export interface GrayDiskControl {
  /** Adds this much to this share of all synchronous writes, 0 to 1; replaces an earlier slowing. */
  readonly slow: (node: NodeId, by: { readonly addedLatencyMs: Millis; readonly share: number }) => Promise<void>;
  readonly restore: (node: NodeId) => Promise<void>;
  /** What a synchronous write takes on average, measured beside the database. */
  readonly probeWriteMs: (node: NodeId) => Promise<Millis>;
}

/** What a database keeps on disk. */
export interface DataControl {
  /** The program is killed, its data are set aside, and it is started with none; whether it can live like that is its own affair. */
  readonly lose: (node: NodeId) => Promise<void>;
  /** The program is killed if it runs, its data are put back, and it is started with them. */
  readonly giveBack: (node: NodeId) => Promise<void>;
  /** Whether data are set aside, seen beside the database. */
  readonly probeLost: (node: NodeId) => Promise<boolean>;
}

/** Space on disks. */
export interface SpaceControl {
  /** Fills the disk with files that are not the database's, until this share of it is free; replaces an earlier filling. */
  readonly fill: (node: NodeId, freeShare: number) => Promise<void>;
  /** Deletes those files. */
  readonly free: (node: NodeId) => Promise<void>;
  /** The share of the disk that is free, seen from beside the database. */
  readonly probeFreeShare: (node: NodeId) => Promise<number>;
}

/** CPU time. */
export interface CpuControl {
  /** Leaves so many cores to the node, as a control group's quota does; replaces an earlier throttling. */
  readonly throttle: (node: NodeId, cores: number) => Promise<void>;
  readonly restore: (node: NodeId) => Promise<void>;
  /** Cores that a busy loop beside the database gets. */
  readonly probeCores: (node: NodeId) => Promise<number>;
}

/** Another program on a node's machine, which belongs to nobody here. */
export interface NeighbourControl {
  /** Keeps so many cores and this part of the disk's bandwidth busy; replaces an earlier one. */
  readonly move: (node: NodeId, takes: { readonly cores: number; readonly diskShare: number }) => Promise<void>;
  readonly leave: (node: NodeId) => Promise<void>;
  /** What it takes, seen from the machine's list of processes. */
  readonly probe: (node: NodeId) => Promise<{ readonly cores: number; readonly diskShare: number }>;
}

/** Memory. */
export interface MemoryControl {
  /** Leaves so many bytes to the node, as a control group's limit does: beyond it the kernel kills; replaces an earlier limit. */
  readonly limit: (node: NodeId, limitBytes: number) => Promise<void>;
  readonly restore: (node: NodeId) => Promise<void>;
  /** The limit that is in force, read beside the database; infinite where there is none. */
  readonly probeLimitBytes: (node: NodeId) => Promise<number>;
}

/** Whom a node can be cut off from: the other nodes of its role, the control plane, or the clients. Monitoring always reaches it. */
export type CutFrom = 'peers' | 'control-plane' | 'clients';

/** Which packets a cut drops, seen from the node. */
export type CutDirection = 'both' | 'incoming' | 'outgoing';

/** Who can reach whom. */
export interface NetworkControl {
  /** Drops every packet between the node and these; both ways unless told. */
  readonly cut: (node: NodeId, from: readonly CutFrom[], direction?: CutDirection) => Promise<void>;
  readonly heal: (node: NodeId) => Promise<void>;
  /** To and from whom packets are lost, measured beside the database. */
  readonly probeLost: (node: NodeId) => Promise<readonly CutFrom[]>;
}

/** Which connections a firewall refuses in silence, by who dials them: the node, or the others of its role. */
export type DialDirection = 'outgoing' | 'incoming';

/** Firewalls that keep state: connections that one side dials carry nothing, those that the other side dials go on. */
export interface FirewallControl {
  /** Between the node and the others of its role; what was dialled before dies too. Replaces an earlier block. */
  readonly block: (node: NodeId, direction: DialDirection) => Promise<void>;
  readonly open: (node: NodeId) => Promise<void>;
  /** In which directions a connection cannot be made, tried beside the database. */
  readonly probeBlocked: (node: NodeId) => Promise<readonly DialDirection[]>;
}

/** Wall clocks. Timers count a clock of their own and do not care. */
export interface ClockControl {
  /** Steps the node's wall clock so far ahead of the others, or behind them; 0 sets it right. */
  readonly step: (node: NodeId, offsetMs: Millis) => Promise<void>;
  /** By how much it is off, compared beside the database. */
  readonly probeOffsetMs: (node: NodeId) => Promise<Millis>;
}

/** How packets travel: delay and loss on everything that a node sends, as netem does it. */
export interface LinkControl {
  /** Replaces an earlier impairment. `lossShare` is 0 to 1. */
  readonly impair: (node: NodeId, by: { readonly delayMs?: Millis; readonly jitterMs?: Millis; readonly lossShare?: number }) => Promise<void>;
  readonly restore: (node: NodeId) => Promise<void>;
  /** A round trip to the node, measured beside the database, and the share of probes that came back too late or never. */
  readonly probe: (node: NodeId) => Promise<{ readonly roundTripMs: Millis; readonly lostShare: number }>;
}

/** Links that are late with some of what a node sends and quick with the rest, as one path of several, or a port that drops into a slow queue. */
export interface GrayLinkControl {
  /** This share of its packets, 0 to 1, arrives so much later; replaces an earlier impairment. */
  readonly impair: (node: NodeId, by: { readonly delayMs: Millis; readonly share: number }) => Promise<void>;
  readonly restore: (node: NodeId) => Promise<void>;
  /** What a round trip to the node takes on average, measured beside the database. */
  readonly probeMs: (node: NodeId) => Promise<Millis>;
}

/** The database's own configuration, changed through its own API and read back. `key` is the subject's own name for it; where that would hold a store's number, the node's name stands. */
export interface ConfigControl {
  /** The present value; `null` when it is not set or, for a member of a set, not there. */
  readonly read: (key: string) => Promise<Json>;
  /** Sets a value; `null` removes it. */
  readonly write: (key: string, value: Json) => Promise<void>;
}

/** The clients' traffic, changed while it runs. */
export interface LoadControl {
  readonly set: (load: LoadSpec) => Promise<void>;
  readonly current: () => LoadSpec;
  /** The load that the cluster was started with, so that a change can be taken back by a lab that did not make it. */
  readonly initial: () => LoadSpec;
}

/** What a world lets a fault act on. An absent part is NOT_SUPPORTED in this world. */
export interface Controls {
  readonly process?: ProcessControl;
  readonly release?: ReleaseControl;
  readonly supervisor?: SupervisorControl;
  readonly disk?: DiskControl;
  readonly grayDisk?: GrayDiskControl;
  readonly stall?: StallControl;
  readonly space?: SpaceControl;
  readonly data?: DataControl;
  readonly cpu?: CpuControl;
  readonly neighbour?: NeighbourControl;
  readonly memory?: MemoryControl;
  readonly network?: NetworkControl;
  readonly firewall?: FirewallControl;
  readonly clock?: ClockControl;
  readonly links?: LinkControl;
  readonly grayLink?: GrayLinkControl;
  readonly config?: ConfigControl;
  readonly load?: LoadControl;
}

/** The name of one capability. */
export type Capability = keyof Controls;

/** Every capability that there is. */
export const capabilities = ['process', 'release', 'supervisor', 'disk', 'grayDisk', 'stall', 'space', 'data', 'cpu', 'neighbour', 'memory', 'network', 'firewall', 'clock', 'links', 'grayLink', 'config', 'load'] as const satisfies readonly Capability[];
