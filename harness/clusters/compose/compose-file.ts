import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { defined } from '../../../src/kernel/assert.ts';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { RoleSpec } from '../../deployments/contract.ts';
import type { ClusterSpec, NodeId } from '../contract.ts';
import { runCommand } from './command.ts';

/** Services that are no nodes of the database. */
export const beside = { prometheus: 'prometheus', clients: 'clients' } as const;

/** A subject's Compose file as Compose itself reads it. */
export interface ComposeFile {
  readonly folder: string;
  /** Services that start without a profile, in order of name. */
  readonly services: readonly string[];
  readonly images: ReadonlyMap<string, string>;
  /** Ports of containers that are published, by service. */
  readonly published: ReadonlyMap<string, readonly number[]>;
}

const composeFolder = fileURLToPath(new URL('../../../compose/', import.meta.url));
const fileName = 'compose.yaml';
const configSchema = z.object({ services: z.record(z.string(), z.object({ image: z.string(), profiles: z.array(z.string()).optional(), ports: z.array(z.object({ target: z.number() })).optional() })) });

/** Reads the Compose file of a subject with all its variables filled in. */
export async function readComposeFile(subject: string, env: Readonly<Record<string, string>>): Promise<Result<ComposeFile>> {
  const folder = join(composeFolder, subject);
  if (!existsSync(join(folder, fileName))) return failed('LAB_NO_COMPOSE_FILE', `there is no compose/${subject}/${fileName}`, 'Run this scenario on another kind of cluster');
  const told = await runCommand(['docker', 'compose', '-f', join(folder, fileName), 'config', '--format', 'json'], { env });
  if (told.missing) return failed('LAB_NO_DOCKER', 'the docker client is not installed', 'Install Docker with Compose v2');
  if (told.code !== 0) return composeFailure(told.stderr, subject);
  const config = configSchema.parse(JSON.parse(told.stdout));
  const started = Object.entries(config.services).filter(([, { profiles = [] }]) => profiles.length === 0).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return ok({
    folder,
    services: started.map(([name]) => name),
    images: new Map(started.map(([name, { image }]) => [name, image])),
    published: new Map(started.map(([name, { ports = [] }]) => [name, ports.map(({ target }) => target)])),
  });
}

function composeFailure(stderr: string, subject: string): Result<never> {
  if (/is not a docker command|unknown (shorthand )?flag|unknown command/.test(stderr)) return failed('LAB_NO_COMPOSE', 'the docker client has no Compose v2', 'Install the docker compose plugin');
  return failed('LAB_COMPOSE_FILE', `docker compose cannot read compose/${subject}/${fileName}: ${stderr.trim().split('\n').at(-1)}`);
}

/** The nodes that a specification asks for, with their roles, or why the file does not have them. */
export function nodesOf(spec: ClusterSpec, roles: readonly RoleSpec[], { services }: Pick<ComposeFile, 'services'>): Result<readonly { readonly id: NodeId; readonly role: RoleSpec }[]> {
  const nodes: { id: NodeId; role: RoleSpec }[] = [];
  for (const role of roles) {
    const asked = spec.roles[role.role] ?? 0;
    const there = services.filter((service) => new RegExp(`^${role.nodePrefix}-\\d+$`).test(service));
    if (asked !== there.length) return failed('LAB_NODES', `compose/${spec.subject}/${fileName} has ${there.length} nodes of the role ${role.role}, the scenario asks for ${asked}`, 'Ask for as many as the file has, or use another kind of cluster');
    nodes.push(...there.map((id) => ({ id, role })));
  }
  return ok(nodes);
}

/**
 * The database's settings as variables of the Compose file: `quota-backend-bytes` of etcd is `LAB_ETCD_QUOTA_BACKEND_BYTES`.
 * One that the file has no variable for would be ignored without a word, so it is a failure.
 */
export function settingVariables({ subject, settings = {} }: Pick<ClusterSpec, 'subject' | 'settings'>): Result<Readonly<Record<string, string>>> {
  const text = readFileSync(join(composeFolder, subject, fileName), 'utf8');
  const variables: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings)) {
    const name = `LAB_${variableName(subject)}_${variableName(key)}`;
    if (!text.includes(`\${${name}:-`)) return failed('LAB_SETTING', `compose/${subject}/${fileName} has no variable ${name} for the setting ${key}`, `Add it beside the others, or use another kind of cluster`);
    variables[name] = String(value);
  }
  return ok(variables);
}

/** The port that clients of a role use. */
export const mainPort = ({ ports }: RoleSpec): number => defined(ports.main, 'main port');

/** The variable that names a node's port on this machine: `LAB_PORT_PD_1`, and `LAB_PORT_TIKV_1_STATUS` for another than the main one. */
export const portVariable = (node: NodeId, purpose: string): string => `LAB_PORT_${variableName(node)}${purpose === 'main' ? '' : `_${variableName(purpose)}`}`;

const variableName = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
