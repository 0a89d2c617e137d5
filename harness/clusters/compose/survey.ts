import { existsSync, readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import type { Failure, Result } from '../../../src/kernel/result.ts';
import { failed, ok } from '../../../src/kernel/result.ts';
import type { Deployment } from '../../deployments/contract.ts';
import type { Capability, ClusterSpec, Survey } from '../contract.ts';
import { neverOnReal } from '../real/never.ts';
import { runCommand } from './command.ts';
import { type ComposeFile, nodesOf, readComposeFile, settingVariables } from './compose-file.ts';
import { type Engine, findEngine } from './engine.ts';

/** What was found out about a machine before anything is started on it. */
export interface Found {
  readonly deployment: Deployment;
  readonly engine: Engine;
  readonly file: ComposeFile;
  readonly nodes: readonly { readonly id: string; readonly role: Deployment['roles'][number] }[];
  readonly settings: Readonly<Record<string, string>>;
  readonly powers: Powers;
}

/** What the lab may do to containers beyond the engine's own commands; each is `true` or the reason why not. */
export interface Powers {
  /** The engine runs on this machine, not on another or in a virtual one. */
  readonly local: boolean;
  /** Root on the machine that the engine runs on, so that namespaces and control groups of containers can be entered. */
  readonly host: true | string;
  readonly packetFilter: true | string;
  readonly netem: true | string;
}

/** Looks at the client, the engine, the Compose file and its images, without changing anything. */
export async function findOut(spec: ClusterSpec, deployment: Deployment | undefined): Promise<Result<Found>> {
  if (!deployment) return failed('LAB_NO_DEPLOYMENT', `nobody has said how ${spec.subject} is deployed`, 'Run this scenario on another kind of cluster');
  if (spec.spares) return failed('NOT_SUPPORTED', 'a Compose file is started whole: nothing can join it later', 'Run this scenario on the twin');
  const settings = settingVariables(spec);
  if (!settings.ok) return settings;
  const file = await readComposeFile(spec.subject, settings.value);
  if (!file.ok) return file;
  const nodes = nodesOf(spec, deployment.roles, file.value);
  if (!nodes.ok) return nodes;
  const engine = await findEngine();
  if (!engine.ok) return engine;
  const images = await haveImages(engine.value, new Set(file.value.images.values()));
  return images.ok ? ok({ deployment, engine: engine.value, file: file.value, nodes: nodes.value, settings: settings.value, powers: await powersOver(engine.value) }) : images;
}

/** What a survey says from it. */
export function surveyOf(found: Result<Found>): Survey {
  if (!found.ok) return { unavailable: found.failure, lacks: new Map() };
  return { lacks: lacksOf(found.value) };
}

function lacksOf({ deployment, powers: { host, netem } }: Found): ReadonlyMap<Capability, string> {
  const lacks = new Map<Capability, string>([['data', 'data in containers cannot be set aside yet'], ...neverOnReal]);
  if (host !== true) for (const capability of ['disk', 'space', 'data', 'cpu'] as const) lacks.set(capability, host);
  const links = host !== true ? host : netem;
  if (links !== true) lacks.set('links', links);
  if (!deployment.config) lacks.set('config', `nobody has said how the configuration of ${deployment.subject} is changed while it runs`);
  return lacks;
}

/** Every image is there, or a registry has it. */
async function haveImages(engine: Engine, images: ReadonlySet<string>): Promise<Result<void>> {
  const missing = await Promise.all([...images].map((image) => lookForImage(engine, image)));
  const failure = missing.find((each) => each !== undefined);
  return failure ? { ok: false, failure } : ok(undefined);
}

/** Asks the registry where the image is not here; nothing is pulled yet. */
async function lookForImage(engine: Engine, image: string): Promise<Failure | undefined> {
  if (await engine.hasImage(image)) return undefined;
  const { code, stderr } = await runCommand(['docker', 'manifest', 'inspect', image], { timeoutMs: 15_000 });
  return code === 0 ? undefined : noImage(image, stderr);
}

/** Says which image is missing and where it could come from. */
export function noImage(image: string, stderr = ''): Failure {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return {
    code: 'LAB_NO_IMAGE',
    because: `the image ${image} is not here and cannot be pulled${last === '' ? '' : ` (${last.slice(0, 160)})`}`,
    advice: 'Load or build it, or name another one with its LAB_IMAGE_… variable',
  };
}

async function powersOver(engine: Engine): Promise<Powers> {
  const info = (await engine.api.info()) as { KernelVersion?: string; Name?: string };
  const here = info.KernelVersion === release() && info.Name === hostname();
  const host = !here ? 'the Docker engine runs on another machine or in a virtual one' : process.getuid?.() === 0 ? true : 'entering a container’s namespaces and control groups needs root';
  return { local: here, host, packetFilter: await hasProgram('iptables'), netem: netem() };
}

async function hasProgram(program: string): Promise<true | string> {
  const { missing } = await runCommand([program, '--version']);
  return missing ? `${program} is not installed` : true;
}

/** The kernel says what it was built with; where it does not say, the module is looked for. */
function netem(): true | string {
  if (existsSync('/sys/module/sch_netem')) return true;
  const modules = `/lib/modules/${release()}`;
  const listed = ['modules.builtin', 'modules.dep'].some((name) => existsSync(`${modules}/${name}`) && readFileSync(`${modules}/${name}`, 'utf8').includes('sch_netem'));
  return listed ? true : 'this kernel has no network emulator (sch_netem)';
}
