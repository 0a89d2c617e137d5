import { defined } from '../../../src/kernel/assert.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import { LabError } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { Deployment } from '../../deployments/contract.ts';
import type { RunningLoad } from '../../load/contract.ts';
import type { Controls, LoadSpec, RunningCluster } from '../contract.ts';
import { realCluster } from '../real/cluster.ts';
import { BesidePrometheus } from '../real/prometheus.ts';
import { repeat } from '../real/repeat.ts';
import type { Watch } from '../real/watch.ts';
import { followLogs } from './container-logs.ts';
import type { Project } from './project.ts';

const pingEveryMs: Millis = 2_000;

/** What a running Compose cluster is made of. */
export interface ComposeParts {
  readonly project: Project;
  readonly deployment: Deployment;
  readonly watch: Watch;
  readonly prometheus: URL;
  readonly controls: Controls;
  readonly load: { readonly running: RunningLoad; readonly initial: LoadSpec };
  /** Takes everything back; afterwards nothing of the run is left. */
  readonly end: () => Promise<void>;
}

/**
 * A Compose project as a cluster of the lab. Queries go to its own Prometheus, and the recording is copied from there,
 * so that a diagnosis of the recording is shown what the first one was shown.
 */
export async function composeCluster({ project, deployment, watch, prometheus, controls, load, end }: ComposeParts): Promise<RunningCluster> {
  const stopping = new AbortController();
  const beside = new BesidePrometheus(prometheus, watch, wallClock);
  const engine = new EngineWatch(project);
  const loops = [
    ...watch.nodes.map(({ id }) => followLogs(project.engine, defined(project.ids.get(id), `container of ${id}`), { onLine: (line) => watch.intake.add(id, line), signal: stopping.signal })),
    beside.follow(stopping.signal),
    repeat(wallClock, { everyMs: pingEveryMs, signal: stopping.signal }, () => engine.look()),
  ];
  const cluster = await realCluster({
    deployment: { ...deployment, identify: named(project, deployment) }, watch, clock: wallClock, controls, load, metrics: beside.transport,
    close: async () => {
      stopping.abort();
      await Promise.all(loops);
      // What cannot be removed without the engine is in the journal, and the run has said so already.
      await end().catch((error: unknown) => {
        if (!engine.gone) throw error;
      });
    },
  });
  let ending: Promise<void> | undefined;
  return {
    ...cluster,
    endpoints: { prometheus, ...Object.fromEntries(watch.nodes.map(({ id, urls }) => [id, urls.main])) },
    pass: async (spanMs, signal) => {
      await cluster.pass(spanMs, signal);
      engine.mustBeThere();
    },
    export: async () => {
      await beside.finish();
      return cluster.export();
    },
    [Symbol.asyncDispose]: () => (ending ??= Promise.resolve(cluster[Symbol.asyncDispose]())),
  };
}

/** A node is also known by its fixed address and by its container. */
function named({ address, ids }: Project, { identify }: Deployment): Deployment['identify'] {
  return async (all, ask) => {
    const identities = await identify(all, ask);
    return new Map(all.map(({ id, ports }) => {
      const identity = identities.get(id);
      const container = defined(ids.get(id), `container of ${id}`);
      const here = Object.values(ports).map((port) => `${address(id)}:${port}`);
      return [id, { ...identity, aliases: [...new Set([...(identity?.aliases ?? []), address(id), ...here, container, container.slice(0, 12)])] }];
    }));
  };
}

/** Notices that the engine is gone: its containers may run on, but nobody can break or heal them any more. */
class EngineWatch {
  readonly #project: Project;
  gone = false;

  constructor(project: Project) {
    this.#project = project;
  }

  async look(): Promise<void> {
    await this.#project.engine.ping().catch(() => (this.gone = true));
  }

  mustBeThere(): void {
    if (this.gone) throw new LabError({ code: 'LAB_ENGINE_GONE', because: 'the Docker engine stopped answering while the cluster ran', advice: 'Start it again, then `lab clean` removes what this run left in it.' }, 4);
  }
}
