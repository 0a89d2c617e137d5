import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from '../../src/kernel/result.ts';

/** What the file system says no with, when it is neither a bug of ours nor a matter of what the caller typed. */
const worldly: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full', EDQUOT: 'the disk quota is used up', EROFS: 'the file system is read-only', EIO: 'the disk fails', EMFILE: 'too many files are open', ENFILE: 'too many files are open',
  EACCES: 'permission is denied', EPERM: 'the operation is not permitted', ENOTDIR: 'a part of the path is a file, not a folder', EISDIR: 'a folder is in the way', EEXIST: 'something is in the way', ENAMETOOLONG: 'the name is too long',
};

/** The failure (exit 4) that a file system's refusal is, or undefined when `error` is something else. */
export function diskError(error: unknown): LabError | undefined {
  const { code = '', path, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const because = worldly[code];
  if (because === undefined || syscall === undefined) return undefined;
  return new LabError({ code: 'LAB_DISK', because: `${path === undefined ? 'a file' : path} cannot be written or read: ${because}`, advice: `Free or name another place; the system said ${code}.` }, 4, { cause: error });
}

/** Does file work; the file system's refusals come out as a {@link LabError} that names the place. */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) (error as NodeJS.ErrnoException).path ??= path;
    throw diskError(error) ?? error;
  }
}

/** Makes a folder and those above it. Node's own recursive way never returns where the system pretends that the parent is missing, as below /proc. */
export function makeFolder(dir: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(dir).isDirectory()) return;
    if (code === 'ENOENT' && existsSync(dirname(dir))) throw Object.assign(error as Error, { code: 'EPERM' });
    if (code !== 'ENOENT') throw error;
    makeFolder(dirname(dir));
    makeFolder(dir);
  }
}

/**
 * Writes a file so that a reader, or a killed lab, sees the old bytes or the new ones and nothing between. Makes its folder.
 * It does not wait for the disk: a bundle survives SIGKILL, not a power cut in the same second.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  // Two labs may write the same index at once; each has a draft of its own.
  const draft = `${path}.${process.pid}.draft`;
  onDisk(path, () => {
    makeFolder(dirname(path));
    try {
      writeFileSync(draft, content);
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
}
