import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { Deployment } from '../../deployments/contract.ts';
import type { ClusterSpec } from '../contract.ts';
import { searchPath } from './command.ts';

/** The first executable of this name in these folders. */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether a helper such as `ip` is on this machine. */
export const onPath = (name: string): boolean => findProgram(name, searchPath().split(delimiter)) !== undefined;

/** Where each program of a deployment is: in the folder that its variable names, else on PATH. */
export function findPrograms(deployment: Deployment, spec: ClusterSpec, env = process.env): Result<ReadonlyMap<string, string>> {
  const folder = env[deployment.binVariable];
  const folders = folder ? [folder] : searchPath().split(delimiter);
  const found = new Map<string, string>();
  for (const { role, program } of deployment.roles) {
    if ((spec.roles[role] ?? 0) === 0) continue;
    const path = findProgram(program, folders);
    if (path === undefined) return failed('LAB_NO_PROGRAM', `${program} is not ${folder ? `in ${folder}, which ${deployment.binVariable} names` : 'installed: it is not on PATH'}`, deployment.install ?? `Install it, or name its folder with ${deployment.binVariable}.`);
    found.set(program, path);
  }
  return ok(found);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
