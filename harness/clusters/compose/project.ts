import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../../src/kernel/assert.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import { type Failure, LabError } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { RunJournal } from '../../journal/contract.ts';
import { freeNetwork, freePorts, reachedNetworks } from '../real/free-network.ts';
import { markOf } from './command.ts';
import { beside, portVariable } from './compose-file.ts';
import type { Container, Engine } from './engine.ts';
import { engineFailure, overlapCode, portTakenCode, unforeseen } from './failures.ts';
import { type Additions, addressOf, overrideFile } from './override.ts';
import { scratchFolder } from './scratch.ts';
import type { Found } from './survey.ts';

/** What a project is started from. */
export interface ProjectPlan {
  readonly found: Found;
  readonly journal: RunJournal;
  readonly disks: Additions['disks'];
  readonly startWithinMs: Millis;
  readonly signal: AbortSignal;
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

/** Starts a project of its own and waits until every service is healthy; throws what stood in the way. */
export async function startProject(plan: ProjectPlan): Promise<Project> {
  const { journal, found } = plan;
  journal.intend({ kind: projectChange, data: { run: journal.run } });
  for (let attempt = 1; ; attempt++) {
    const project = await attemptProject(plan);
    if ('ids' in project) return project;
    if (!wasRaced(project) || attempt === 3) throw new LabError(project, 4);
    await found.engine.removeAll(journal.run);
  }
}

/** Somebody took an address or a port between the moment in which it was found free and its use; one that the user named stays taken. */
const wasRaced = ({ code }: Failure): boolean => code === overlapCode || (code === portTakenCode && !Object.keys(process.env).some((name) => name.startsWith('LAB_PORT_')));

async function attemptProject(plan: ProjectPlan): Promise<Project | Failure> {
  const { found, journal, disks } = plan;
  const { engine, file } = found;
  const network = freeNetwork([...reachedNetworks(), ...(await engine.subnets())]);
  if (network === undefined) return { code: 'LAB_NO_NETWORK', because: 'no network of 256 addresses is free between 10.200.0.0 and 10.250.255.255', advice: 'Remove networks that nobody uses: `docker network prune`' };
  const ports = await portsFor(found);
  const hostImage = defined(file.images.get(beside.clients), 'an image for hosts');
  const additions: Additions = { run: journal.run, network, services: file.services, nodes: hostedNodes(found, ports), hostImage, disks };
  const override = join(scratchFolder(journal.run), 'override.yaml');
  writeFileSync(override, overrideFile(additions));

  const environment = { ...found.settings, ...ports, LAB_RUN: journal.run };
  const failure = await bringUp(plan, { files: ['compose.yaml', override], environment });
  if (failure) return failure;
  const ids = new Map((await engine.containers(journal.run)).map(({ service, id }) => [service, id]));
  return { run: journal.run, engine, ids, address: (service) => addressOf(service, additions), container: async (service) => engine.inspect(ids.get(service) ?? service) };
}

/** A port of this machine for everything that a node listens on, unless the user named one: the same one after every restart. */
async function portsFor({ nodes }: Found): Promise<Readonly<Record<string, string>>> {
  const wanted = [...nodes.flatMap(({ id, role }) => Object.keys(role.ports).map((purpose) => portVariable(id, purpose))), portVariable(beside.prometheus, 'main')];
  const open = wanted.filter((name) => process.env[name] === undefined);
  const free = await freePorts(open.length);
  return Object.fromEntries(open.map((name, i) => [name, String(free[i] ?? 0)]));
}

/** A node's published ports go to its host, which is there when its program is not. */
function hostedNodes({ nodes, file }: Found, ports: Readonly<Record<string, string>>): Additions['nodes'] {
  return nodes.map(({ id, role }) => {
    const published = Object.entries(role.ports).filter(([, port]) => file.published.get(id)?.includes(port));
    return { id, published: published.map(([purpose, port]) => ({ port, hostPort: ports[portVariable(id, purpose)] ?? process.env[portVariable(id, purpose)] ?? '0' })) };
  });
}

async function bringUp({ found, journal, startWithinMs, signal }: ProjectPlan, how: { readonly files: readonly string[]; readonly environment: Readonly<Record<string, string>> }): Promise<Failure | undefined> {
  const { DockerComposeEnvironment } = await import('testcontainers');
  const environment = new DockerComposeEnvironment(found.file.folder, [...how.files])
    .withProjectName(projectName(journal.run))
    .withEnvironment({ ...how.environment, ...markOf(journal.run) })
    // The journal cleans up, also after a crash, and needs no container of its own for that.
    .withAutoCleanup(false)
    .withStartupTimeout(startWithinMs);
  const ending = new AbortController();
  const up = environment.up().then(() => undefined, engineFailure);
  const first = await Promise.race([up, watchForEarlyEnd(found, journal.run, AbortSignal.any([ending.signal, signal]))]);
  ending.abort();
  if (!first) return undefined;
  const last = await removeWhile(found.engine, journal.run, up);
  // A start that fails ends every program, which may be noticed before its own cause is told.
  return last && last.code !== unforeseen ? last : first;
}

/** Ends with a failure as soon as a node's program ends by itself, or somebody asks to stop; until then it says nothing. */
async function watchForEarlyEnd({ engine, nodes }: Found, run: string, signal: AbortSignal): Promise<Failure> {
  const own = new Set(nodes.map(({ id }) => id));
  while (!signal.aborted) {
    const ended = (await engine.containers(run).catch(() => [])).find(({ service, status }) => own.has(service) && (status === 'exited' || status === 'dead'));
    if (ended) return endedEarly(engine, ended);
    await wallClock.sleep(500, signal).catch(() => {});
  }
  return { code: 'LAB_INTERRUPTED', because: 'stopped while the cluster was starting' };
}

/** Which program said what before it ended. */
async function endedEarly(engine: Engine, { id, service, exitCode, outOfMemory }: Container): Promise<Failure> {
  const said = (await engine.lastLines(id, 3).catch(() => '')).trim().split('\n').join(' / ').slice(-400);
  return { code: 'LAB_PROGRAM_ENDED', because: `${service} ended with code ${exitCode}${outOfMemory ? ' (out of memory)' : ''} while the cluster started, and said: ${said || 'nothing'}` };
}

/** Compose cannot be interrupted from here, but what it makes can be taken away until it gives up. */
async function removeWhile(engine: Engine, run: string, up: Promise<Failure | undefined>): Promise<Failure | undefined> {
  let over = false;
  let failure: Failure | undefined;
  void up.then((said) => ([over, failure] = [true, said]));
  for (let tries = 0; !over && tries < 240; tries++) {
    await engine.removeAll(run).catch(() => {});
    await wallClock.sleep(500);
  }
  return failure;
}

/** Compose's own name for everything of a run. */
export const projectName = (run: string): string => run.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-');
