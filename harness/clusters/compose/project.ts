import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Millis } from '../../../src/kernel/clock.ts';
import { Random } from '../../../src/kernel/random.ts';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { RunJournal } from '../../journal/contract.ts';
import { freeNetwork, freePorts, reachedNetworks } from './addresses.ts';
import { beside, portVariable } from './compose-file.ts';
import type { Container, Engine } from './engine.ts';
import { engineFailure, overlapCode } from './failures.ts';
import { type Additions, addressOf, overrideFile } from './override.ts';
import type { Found } from './survey.ts';

/** What a project is started from. */
export interface ProjectPlan {
  readonly found: Found;
  readonly journal: RunJournal;
  readonly disks: Additions['disks'];
  readonly startWithinMs: Millis;
  readonly signal?: AbortSignal;
}

/** A Compose project that is up. */
export interface Project {
  readonly run: string;
  readonly engine: Engine;
  /** The fixed address of a service. */
  readonly address: (service: string) => string;
  readonly container: (service: string) => Promise<Container>;
  /** Ids of containers by service; they stay the same over restarts. */
  readonly ids: ReadonlyMap<string, string>;
}

/** The journal's word for a whole project. */
export const projectChange = 'compose-project';

/** A folder for the files of one run; removed with its project. */
export const scratchFolder = (run: string): string => join(tmpdir(), `operator-lab-${run}`);

/** Starts a project of its own and waits until every service is healthy. What was started is removed again when that fails. */
export async function startProject(plan: ProjectPlan): Promise<Result<Project>> {
  const { journal, found } = plan;
  const entry = journal.intend({ kind: projectChange, data: { run: journal.run } });
  for (let attempt = 1; ; attempt++) {
    const project = await attemptProject(plan, Random.fromSeed(attempt).fork(journal.run));
    if (project.ok) return project;
    await removeProject(found.engine, journal.run).then(() => journal.undone(entry), () => {});
    if (project.failure.code !== overlapCode || attempt === 3) return project;
  }
}

/** Removes a run's containers, networks, volumes and files; what is gone already is as good as removed. */
export async function removeProject(engine: Engine, run: string): Promise<void> {
  await engine.removeAll(run);
  rmSync(scratchFolder(run), { recursive: true, force: true });
}

async function attemptProject(plan: ProjectPlan, random: Random): Promise<Result<Project>> {
  const { found, journal, disks } = plan;
  const { engine, file } = found;
  const network = freeNetwork([...reachedNetworks(), ...(await engine.subnets())], random);
  if (network === undefined) return failed('LAB_NO_NETWORK', 'no network of 256 addresses is free between 10.200.0.0 and 10.250.255.255', 'remove networks that nobody uses: `docker network prune`');
  const additions: Additions = { network, services: file.services, disks };
  const override = join(scratchFolder(journal.run), 'override.json');
  mkdirSync(scratchFolder(journal.run), { recursive: true });
  writeFileSync(override, overrideFile(additions));

  const environment = { ...found.settings, ...(await portsFor(found, random)), LAB_RUN: journal.run };
  const up = await bringUp(plan, { files: ['compose.yaml', override], environment });
  if (!up.ok) return up;
  const ids = new Map((await engine.containers(journal.run)).map(({ service, id }) => [service, id]));
  return ok({ run: journal.run, engine, ids, address: (service) => addressOf(service, additions), container: async (service) => engine.inspect(ids.get(service) ?? service) });
}

/** A port of this machine for everything that a node listens on, unless the user named one: the same one after every restart. */
async function portsFor({ nodes }: Found, random: Random): Promise<Readonly<Record<string, string>>> {
  const wanted = [...nodes.flatMap(({ id, role }) => Object.keys(role.ports).map((purpose) => portVariable(id, purpose))), portVariable(beside.prometheus, 'main')];
  const open = wanted.filter((name) => process.env[name] === undefined);
  const free = await freePorts(open.length, random);
  return Object.fromEntries(open.map((name, i) => [name, String(free[i] ?? 0)]));
}

async function bringUp({ found, journal, startWithinMs, signal }: ProjectPlan, with_: { readonly files: readonly string[]; readonly environment: Readonly<Record<string, string>> }): Promise<Result<void>> {
  const { DockerComposeEnvironment } = await import('testcontainers');
  const environment = new DockerComposeEnvironment(found.file.folder, [...with_.files])
    .withProjectName(projectName(journal.run))
    .withEnvironment({ ...with_.environment })
    // The journal cleans up, also after a crash, and needs no container of its own for that.
    .withAutoCleanup(false)
    .withStartupTimeout(startWithinMs);
  const ending = new AbortController();
  const up = environment.up().then(() => ok(undefined), engineFailure);
  const early = watchForEarlyEnd(found, journal.run, AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]));
  const first = await Promise.race([up, early]);
  ending.abort();
  if (!first.ok) await removeWhile(found.engine, journal.run, up);
  return first;
}

/** Ends with a failure as soon as a node's program ends by itself, or somebody asks to stop; until then it says nothing. */
async function watchForEarlyEnd({ engine, nodes }: Found, run: string, signal: AbortSignal): Promise<Result<never>> {
  const own = new Set(nodes.map(({ id }) => id));
  while (!signal.aborted) {
    const ended = (await engine.containers(run).catch(() => [])).find(({ service, status }) => own.has(service) && (status === 'exited' || status === 'dead'));
    if (ended) return await endedEarly(engine, ended);
    await wallClock.sleep(500, signal).catch(() => {});
  }
  return failed('LAB_INTERRUPTED', 'stopped while the cluster was starting');
}

/** Which program said what before it ended. */
export async function endedEarly(engine: Engine, { id, service, exitCode, outOfMemory }: Container): Promise<Result<never>> {
  const said = (await engine.lastLines(id, 3).catch(() => '')).trim().split('\n').join(' / ').slice(-400);
  return failed('LAB_PROGRAM_ENDED', `${service} ended with code ${exitCode}${outOfMemory ? ' (out of memory)' : ''} while the cluster started, and said: ${said || 'nothing'}`);
}

/** Compose cannot be interrupted from here, but what it makes can be taken away until it gives up. */
async function removeWhile(engine: Engine, run: string, up: Promise<unknown>): Promise<void> {
  let over = false;
  void up.then(() => (over = true));
  for (let tries = 0; !over && tries < 240; tries++) {
    await engine.removeAll(run).catch(() => {});
    await wallClock.sleep(500);
  }
}

/** Compose's own name for everything of a run. */
export const projectName = (run: string): string => run.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-');
