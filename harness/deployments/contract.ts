import type { Millis } from '../../src/kernel/clock.ts';
import type { Result } from '../../src/kernel/result.ts';
import type { Transport } from '../../src/ports/http.ts';
import type { ClusterSpec, ConfigControl, NodeId } from '../clusters/contract.ts';

/** One role of a subject, e.g. PD of TiKV. */
export interface RoleSpec {
  /** As scenarios say it: `pd`, `tikv`, `member`. */
  readonly role: string;
  /** Nodes are called this and a number from 1 on: `pd-1`, `etcd-2`. */
  readonly nodePrefix: string;
  /** The program's file name, looked for on PATH and where the subject's variable points. */
  readonly program: string;
  /** Ports by purpose, with the subject's usual number. `main` is what clients use. */
  readonly ports: Readonly<Record<'main' | string, number>>;
  /** Which of the ports answers `/metrics`. */
  readonly metricsPort: string;
  /** Prometheus' job of its targets. */
  readonly job: string;
  /** Whether its main port answers for the control plane. */
  readonly controlPlane: boolean;
  /** Size of a data disk of its own, where it gets one; default 1 GiB. */
  readonly diskBytes?: number;
}

/** A node that is to be started: where it is reached by its peers and where its files are, as its own program sees it. */
export interface PlannedNode {
  readonly id: NodeId;
  readonly role: string;
  /** IP address or name that the other nodes reach it by. */
  readonly host: string;
  readonly ports: Readonly<Record<'main' | string, number>>;
  readonly dataDir: string;
}

/** The database's own settings, by its own names. */
export type Settings = NonNullable<ClusterSpec['settings']>;

/** How one program is started. */
export interface Launch {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files that must be there first: path below `dataDir` to text. */
  readonly files?: ReadonlyMap<string, string>;
}

/** What a started cluster knows of its own nodes. */
export interface Identity {
  /** Other names of the node: addresses with ports, store or member ids. */
  readonly aliases: readonly string[];
  readonly leads?: boolean;
}

/** An HTTP client for one node's port, by its purpose (default `main`). */
export type AskNode = (node: NodeId, port?: string) => Transport;

/** How a subject is deployed, whatever it is deployed on: programs, order, flags, health. One value per subject, used by every kind of real cluster. */
export interface Deployment {
  readonly subject: string;
  /** In the order in which they are started; a role begins when all nodes of the one before are ready. */
  readonly roles: readonly RoleSpec[];
  /** The environment variable that names a folder with the programs, e.g. `LAB_TIKV_BIN`. */
  readonly binVariable: string;
  /** How to get the programs, a sentence for whoever does not have them. */
  readonly install?: string;
  /** `settings` are the database's own, from the scenario; they go before the deployment's. */
  readonly launch: (node: PlannedNode, all: readonly PlannedNode[], settings?: Settings) => Launch;
  /** One look: does this node serve? The failure says what it answered. */
  readonly ready: (node: PlannedNode, ask: AskNode) => Promise<Result<void>>;
  /** One look: does the whole cluster serve clients (a leader, stores up, regions placed)? */
  readonly settled: (all: readonly PlannedNode[], ask: AskNode) => Promise<Result<void>>;
  /** How long start and settling may take. */
  readonly startWithinMs: Millis;
  readonly identify: (all: readonly PlannedNode[], ask: AskNode) => Promise<ReadonlyMap<NodeId, Identity>>;
  /** The database's own configuration through its own API; absent when the subject has none that faults use. */
  readonly config?: (all: readonly PlannedNode[], ask: AskNode) => ConfigControl;
  /** Once, after settling and before clients come: parts the key space at these keys, where the subject has to be told. Idempotent; asked again while it fails, within `startWithinMs`. */
  readonly prepare?: (all: readonly PlannedNode[], ask: AskNode, splitKeys: readonly Buffer[]) => Promise<Result<void>>;
}
