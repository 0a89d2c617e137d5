import { ok, type Result } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { deploymentOf } from '../../deployments/registry.ts';
import { Journal, type OpenRun } from '../../journal/journal.ts';
import { takeBack } from '../../journal/take-back.ts';
import { startLoad } from '../../load/start.ts';
import type { ClusterKind, ClusterSpec, RunningCluster } from '../contract.ts';
import type { RealNode } from '../real/node.ts';
import { until } from '../real/until.ts';
import { ComposeCluster } from './cluster.ts';
import { beside } from './compose-file.ts';
import { controlsOf } from './controls/controls.ts';
import { makeDisks } from './disk-images.ts';
import { engineFailure } from './failures.ts';
import { clientsIn } from './clients.ts';
import { type Project, startProject } from './project.ts';
import { type Found, findOut, surveyOf } from './survey.ts';
import { composeUndoers } from './undoers.ts';

/** Clusters of containers: `compose/<subject>/compose.yaml`, a project of its own for each run. */
export const compose: ClusterKind = {
  name: 'compose',
  survey: async (spec) => {
    const deployment = await deploymentOf(spec.subject);
    return surveyOf(await findOut(spec, deployment), deployment);
  },
  start: async (spec, seed, signal) => {
    const deployment = await deploymentOf(spec.subject);
    const found = await findOut(spec, deployment);
    if (!found.ok) return found;
    const journal = new Journal();
    const run = journal.begin();
    const end = async (): Promise<void> => {
      await takeBack(run, new Map(composeUndoers.map((undoer) => [undoer.kind, undoer])));
      journal[Symbol.dispose]();
    };
    const started = await start({ spec, seed, found: found.value, run, end, ...(signal && { signal }) }).catch(engineFailure);
    if (!started.ok) await end();
    return started;
  },
};

interface Starting {
  readonly spec: ClusterSpec;
  readonly seed: number;
  readonly found: Found;
  readonly run: OpenRun;
  readonly end: () => Promise<void>;
  readonly signal?: AbortSignal;
}

async function start({ spec, seed, found, run, end, signal }: Starting): Promise<Result<RunningCluster>> {
  const { deployment, nodes, powers } = found;
  const disks = powers.host === true ? await makeDisks(nodes.map(({ id }) => id), run) : ok(new Map<string, string>());
  if (!disks.ok) return disks;
  const project = await startProject({ found, journal: run, disks: disks.value, startWithinMs: deployment.startWithinMs, ...(signal && { signal }) });
  if (!project.ok) return project;
  const real = await realNodes(found, project.value);
  const prometheus = new URL(`http://${found.engine.host}:${(await project.value.container(beside.prometheus)).published.get(9090)}`);
  const cluster = new ComposeCluster({ project: project.value, deployment, nodes: real, prometheus, end });
  const unsettled = await until(() => deployment.settled(real, cluster.watch.ask), { clock: wallClock, withinMs: deployment.startWithinMs, ...(signal && { signal }) });
  if (unsettled) {
    await cluster[Symbol.asyncDispose]();
    return { ok: false, failure: unsettled };
  }
  const load = await startLoad(await clientsIn(project.value, found, seed), spec.load, signal);
  if (!load.ok) {
    await cluster[Symbol.asyncDispose]();
    return load;
  }
  cluster.runLoad(load.value);
  cluster.controls = controlsOf({ project: project.value, journal: run, found, disks: disks.value, load: { running: load.value, initial: spec.load }, config: deployment.config?.(real, cluster.watch.ask) });
  await cluster.look();
  return ok(cluster);
}

async function realNodes({ nodes, engine }: Found, project: Project): Promise<readonly RealNode[]> {
  return Promise.all(nodes.map(async ({ id, role }) => {
    const { published } = await project.container(id);
    const urls = Object.fromEntries(Object.entries(role.ports).flatMap(([purpose, port]) => (published.has(port) ? [[purpose, new URL(`http://${engine.host}:${published.get(port)}`)]] : [])));
    return { id, role: role.role, host: id, ports: role.ports, dataDir: '/data', spec: role, urls: urls as RealNode['urls'] };
  }));
}
