import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orThrow } from '../../../src/kernel/result.ts';
import type { LoadTargets, RunningLoad } from '../../load/contract.ts';
import { startLoad } from '../../load/start.ts';
import type { LoadSpec } from '../contract.ts';
import { markOf } from './command.ts';
import { beside, mainPort } from './compose-file.ts';
import { inNetworkOf } from './host.ts';
import { hostOf } from './override.ts';
import type { Project } from './project.ts';
import { scratchFolder } from './scratch.ts';
import type { Found } from './survey.ts';

/**
 * Where the lab's clients start. With root they live in the network of the container `clients`, where nodes' names mean
 * their fixed addresses; without, they come in through the published ports.
 */
export async function clientsIn(project: Project, { nodes, powers, engine, deployment }: Found, seed: number): Promise<LoadTargets> {
  const doors = nodes.filter(({ role }) => role.controlPlane);
  if (powers.host !== true) {
    const published = await Promise.all(doors.map(async ({ id, role }) => (await project.container(hostOf(id))).published.get(mainPort(role))));
    return { subject: deployment.subject, seed, endpoints: published.map((port) => `${engine.host}:${port}`) };
  }
  const hosts = join(scratchFolder(project.run), 'hosts');
  writeFileSync(hosts, ['127.0.0.1 localhost', ...nodes.map(({ id }) => `${project.address(id)} ${id}`), ''].join('\n'));
  const { pid } = await project.container(beside.clients);
  // A mount that only this program sees: the machine's own names stay as they are.
  const named = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts];
  return { subject: deployment.subject, seed, endpoints: doors.map(({ id, role }) => `${id}:${mainPort(role)}`), launcher: ['env', ...Object.entries(markOf(project.run)).map(([name, value]) => `${name}=${value}`), ...inNetworkOf(pid), ...named] };
}

/** Starts the clients; where there is to be no load, they come when somebody wants one. */
export async function startClients(load: LoadSpec, { targets, signal }: { readonly targets: LoadTargets; readonly signal: AbortSignal }): Promise<RunningLoad> {
  let clients = load.shape === 'idle' ? undefined : orThrow(await startLoad(targets, load, signal));
  return {
    set: async (next) => {
      if (clients) await clients.set(next);
      else if (next.shape !== 'idle') clients = orThrow(await startLoad(targets, next, signal));
    },
    seconds: () => clients?.seconds() ?? [],
    died: () => clients?.died?.(),
    [Symbol.asyncDispose]: async () => clients?.[Symbol.asyncDispose](),
  };
}
