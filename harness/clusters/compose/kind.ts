import { defined } from '../../../src/kernel/assert.ts';
import { LabError, type Result } from '../../../src/kernel/result.ts';
import { ok } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { deploymentOf } from '../../deployments/registry.ts';
import { Journal, type OpenRun } from '../../journal/journal.ts';
import { takeBack } from '../../journal/take-back.ts';
import { splitKeys } from '../../load/keys.ts';
import type { ClusterKind, ClusterSpec, RunningCluster } from '../contract.ts';
import type { RealNode } from '../real/node.ts';
import { until } from '../real/until.ts';
import { Watch } from '../real/watch.ts';
import { clientsIn, startClients } from './clients.ts';
import { composeCluster } from './cluster.ts';
import { beside } from './compose-file.ts';
import { controlsOf } from './controls/controls.ts';
import { makeDisks } from './disk-images.ts';
import { failureOf } from './failures.ts';
import { hostOf } from './override.ts';
import { type Project, startProject } from './project.ts';
import { makeScratch } from './scratch.ts';
import { type Found, findOut, surveyOf } from './survey.ts';
import { composeUndoers } from './undoers.ts';

/** Clusters of containers: `compose/<subject>/compose.yaml`, a project of its own for each run. */
export const compose: ClusterKind = {
  name: 'compose',
  survey: async (spec) => surveyOf(await findOut(spec, await deploymentOf(spec.subject))),
  start,
};

async function start(spec: ClusterSpec, seed: number, signal = new AbortController().signal): Promise<Result<RunningCluster>> {
  const found = await findOut(spec, await deploymentOf(spec.subject));
  if (!found.ok) return found;
  let journal: Journal | undefined;
  try {
    journal = new Journal();
    return ok(await launch(journal, { spec, seed, found: found.value, signal }));
  } catch (error) {
    journal?.[Symbol.dispose]();
    const failure = failureOf(error, signal);
    if (failure) return { ok: false, failure };
    throw error;
  }
}

interface Launching {
  readonly spec: ClusterSpec;
  readonly seed: number;
  readonly found: Found;
  readonly signal: AbortSignal;
}

/** Starts a project, waits until its database serves, and sends clients. What fails on the way is taken back. */
async function launch(journal: Journal, launching: Launching): Promise<RunningCluster> {
  const run = journal.begin();
  const ended: (() => Promise<unknown>)[] = [];
  try {
    return await launchIn(run, launching, { ended, close: async () => clear(run).finally(() => journal[Symbol.dispose]()) });
  } catch (error) {
    for (const end of ended.toReversed()) await end();
    // That it failed is worth more than that it could not be cleaned, which the journal knows.
    await clear(run).catch(() => {});
    throw error;
  }
}

async function launchIn(run: OpenRun, { spec, seed, found, signal }: Launching, hold: { readonly ended: (() => Promise<unknown>)[]; readonly close: () => Promise<void> }): Promise<RunningCluster> {
  const { deployment, nodes, powers, engine } = found;
  makeScratch(run);
  const disks = powers.host === true ? await makeDisks(nodes.map(({ id }) => id), run) : new Map<string, string>();
  const project = await startProject({ found, journal: run, disks, startWithinMs: deployment.startWithinMs, signal });
  const watch = new Watch(await realNodes(found, project), wallClock);
  hold.ended.push(() => watch.stop());
  await serve(watch, found, signal);
  const load = await startClients(spec.load, { targets: await clientsIn(project, found, seed), signal });
  hold.ended.push(async () => load[Symbol.asyncDispose]());
  const published = defined((await project.container(beside.prometheus)).published.get(9090), 'the port of Prometheus');
  return composeCluster({
    project, deployment, watch, prometheus: new URL(`http://${engine.host}:${published}`),
    controls: controlsOf({ project, journal: run, found, disks }), load: { running: load, initial: spec.load }, end: hold.close,
  });
}

/** Waits until the database serves clients, and parts its key space where it has to be told. */
async function serve(watch: Watch, { deployment }: Found, signal: AbortSignal): Promise<void> {
  const { startWithinMs, settled, prepare } = deployment;
  const patience = { clock: wallClock, withinMs: startWithinMs, signal };
  const unsettled = await until(() => settled(watch.nodes, watch.ask), patience);
  const unprepared = unsettled ?? (prepare && (await until(() => prepare(watch.nodes, watch.ask, splitKeys(regions)), patience)));
  if (unprepared) throw new LabError({ ...unprepared, because: `the cluster does not serve within ${startWithinMs / 1_000} s: ${unprepared.because}` }, 4);
}

/** Enough for leaders to be spread over stores, and to be seen moving. */
const regions = 30;

/**
 * Nodes are asked at their own addresses where the engine runs on this machine, since only there a port refuses when nobody
 * listens behind it; published ports are taken by the engine itself.
 */
async function realNodes({ nodes, engine, powers }: Found, project: Project): Promise<readonly RealNode[]> {
  return Promise.all(nodes.map(async ({ id, role }) => {
    const { published } = await project.container(hostOf(id));
    const url = (port: number): readonly URL[] => (powers.local ? [new URL(`http://${project.address(id)}:${port}`)] : published.has(port) ? [new URL(`http://${engine.host}:${published.get(port)}`)] : []);
    const urls = Object.fromEntries(Object.entries(role.ports).flatMap(([purpose, port]) => url(port).map((each) => [purpose, each])));
    return { id, role: role.role, host: id, ports: role.ports, dataDir: '/data', spec: role, urls: urls as RealNode['urls'] };
  }));
}

const undoers = new Map(composeUndoers.map((undoer) => [undoer.kind, undoer]));

/** Takes everything back; what cannot be is named, and stays in the journal. */
async function clear(run: OpenRun): Promise<void> {
  const { unhealed } = await takeBack(run, undoers);
  if (unhealed.length === 0) return;
  const named = unhealed.map(({ change, because }) => `${undoers.get(change.kind)?.describe?.(change.data) ?? change.kind} (${because})`);
  throw new LabError({ code: 'LAB_NOT_HEALED', because: `could not be taken back: ${named.join('; ')}`, advice: 'Look at it, then run `lab clean`.' }, 4);
}
