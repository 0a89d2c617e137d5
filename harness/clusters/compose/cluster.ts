import { defined } from '../../../src/kernel/assert.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import { LabError } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { httpTransport } from '../../../src/ports/undici-transport.ts';
import type { Deployment, Identity } from '../../deployments/contract.ts';
import type { RunningLoad } from '../../load/contract.ts';
import { instanceOf, type RealNode } from '../real/node.ts';
import { Watch } from '../real/watch.ts';
import type { ClusterNode, Controls, IncidentFiles, RunningCluster } from '../contract.ts';
import { beside } from './compose-file.ts';
import { followLogs } from './container-logs.ts';
import { MetricCopy } from './metric-copy.ts';
import type { Project } from './project.ts';

const prometheusTimeoutMs: Millis = 10_000;
const copyEveryMs: Millis = 20_000;
const lookEveryMs: Millis = 2_000;

/** What a running Compose cluster is made of. */
export interface ComposeParts {
  readonly project: Project;
  readonly deployment: Deployment;
  readonly nodes: readonly RealNode[];
  readonly prometheus: URL;
  /** Takes everything back; afterwards nothing of the run is left. */
  readonly end: () => Promise<void>;
}

/** A Compose project as a cluster of the lab. Queries go to its own Prometheus, and the recording is copied from there, so both say the same. */
export class ComposeCluster implements RunningCluster {
  readonly clock = wallClock;
  readonly ports: RunningCluster['ports'];
  readonly endpoints: Readonly<Record<string, URL>>;
  readonly watch: Watch;
  controls: Controls = {};
  readonly #parts: ComposeParts;
  readonly #copy: MetricCopy;
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];
  #identities: ReadonlyMap<string, Identity> = new Map();
  #load: RunningLoad | undefined;
  #trouble: LabError | undefined;

  constructor(parts: ComposeParts) {
    this.#parts = parts;
    this.watch = new Watch(parts.nodes, wallClock);
    const prometheus = httpTransport(parts.prometheus, { timeoutMs: prometheusTimeoutMs });
    this.ports = this.watch.ports(prometheus);
    this.endpoints = { prometheus: parts.prometheus, ...Object.fromEntries(parts.nodes.map(({ id, urls }) => [id, urls.main])) };
    const targets = parts.nodes.map((node) => ({ job: node.spec.job, instance: instanceOf(node) }));
    this.#copy = new MetricCopy(this.watch.metrics, { transport: prometheus, targets, fromMs: wallClock.now() });
    this.#follow();
  }

  /** Begins to watch everything that an operator could ask for. */
  #follow(): void {
    const { project, nodes } = this.#parts;
    const { signal } = this.#stopping;
    this.#loops.push(
      ...nodes.map((node) => followLogs(project.engine, defined(project.ids.get(node.id), `container of ${node.id}`), { onLine: (line) => this.watch.intake.add(node.id, line), signal })),
      this.#every(lookEveryMs, () => this.look()),
      this.#every(copyEveryMs, () => this.#copy.upTo(wallClock.now())),
    );
  }

  /** Asks who is who, and whether the engine is still there. */
  async look(): Promise<void> {
    const { project, deployment, nodes } = this.#parts;
    await project.engine.ping().catch(() => (this.#trouble ??= engineGone));
    this.#identities = await deployment.identify(nodes, this.watch.ask);
    const died = this.#load?.died?.();
    if (died !== undefined) this.#trouble ??= new LabError({ code: 'LAB_LOAD_ENDED', because: `the load generator ${died}` }, 4);
  }

  runLoad(load: RunningLoad): void {
    this.#load = load;
  }

  pass = async (spanMs: Millis, signal?: AbortSignal): Promise<void> => {
    await wallClock.sleep(spanMs, signal);
    if (this.#trouble) throw this.#trouble;
  };

  nodes = (): readonly ClusterNode[] =>
    this.#parts.nodes.map(({ id, role, host }) => {
      const { aliases = [], leads } = this.#identities.get(id) ?? {};
      const address = this.#parts.project.address(id);
      const container = defined(this.#parts.project.ids.get(id), `container of ${id}`);
      return { id, role, host, aliases: [...new Set([...aliases, address, ...Object.values(this.#node(id).ports).flatMap((port) => [`${host}:${port}`, `${address}:${port}`]), container, container.slice(0, 12)])], ...(leads !== undefined && { leads }) };
    });

  export = async (): Promise<IncidentFiles> => {
    await this.#copy.upTo(wallClock.now());
    await this.#copy.describe();
    return this.watch.export();
  };

  /** Every second of the clients, as they saw it. */
  clientSeconds = (): ReturnType<RunningLoad['seconds']> => this.#load?.seconds() ?? [];

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error('the cluster ends'));
    await this.#load?.[Symbol.asyncDispose]();
    await Promise.all(this.#loops);
    await this.watch.stop();
    await this.#parts.end();
  }

  #node(id: string): RealNode {
    return defined(this.#parts.nodes.find((node) => node.id === id), `node ${id}`);
  }

  async #every(spanMs: Millis, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await work().catch(() => {});
      await wallClock.sleep(spanMs, signal).catch(() => {});
    }
  }
}

const engineGone = new LabError({ code: 'LAB_ENGINE_GONE', because: 'the Docker engine stopped answering while the cluster ran', advice: 'Start it again, then `lab clean` removes what this run left in it.' }, 4);

/** The services beside the nodes that the lab needs. */
export const neededBeside = [beside.prometheus, beside.clients] as const;
