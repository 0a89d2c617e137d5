import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { Undoer } from '../../journal/contract.ts';
import { endProcessesOf, isAlive, signal } from '../../journal/process-table.ts';
import { command, tryCommand } from './command.ts';
import { putBack } from './controls/data.ts';
import { noRules } from './controls/network.ts';
import { enter, namespaceExists } from './network.ts';
import { isScratch } from './places.ts';

/** Everything that clusters of processes change on a machine, and how each is taken back. */
export const processUndoers: readonly Undoer[] = [
  undoer('processes', z.object({ run: z.string() }), { describe: ({ run }) => `processes of ${run}`, undo: ({ run }) => endProcessesOf(run) }),
  undoer('paused-process', z.object({ pid: z.number(), started: z.string() }), {
    describe: ({ pid }) => `paused process ${pid}`,
    undo: ({ pid, started }) => (isAlive(pid, started) ? signal(pid, 'SIGCONT') : undefined),
  }),
  undoer('group-value', z.object({ file: z.string(), free: z.string(), mayStay: z.boolean().optional() }), {
    describe: ({ file }) => `limit ${file}`,
    undo: ({ file, free, mayStay }) => setFree(file, free, mayStay === true),
  }),
  undoer('control-group', z.object({ dir: z.string() }), { describe: ({ dir }) => `control group ${dir}`, undo: ({ dir }) => removeGroup(dir) }),
  undoer('filler-file', z.object({ file: z.string() }), { describe: ({ file }) => `file ${file}`, undo: ({ file }) => rmSync(file, { force: true }) }),
  undoer('data-aside', z.object({ dir: z.string() }), { describe: ({ dir }) => `data of ${dir}`, undo: ({ dir }) => putBack(dir) }),
  undoer('packet-rules', z.object({ namespace: z.string() }), {
    describe: ({ namespace }) => `packet rules in ${namespace}`,
    undo: async ({ namespace }) => {
      if (namespaceExists(namespace)) await command([...enter(namespace), 'iptables-restore', '-w', '5'], { input: noRules });
    },
  }),
  undoer('link-impairment', z.object({ namespace: z.string(), device: z.string() }), {
    describe: ({ namespace }) => `delay or loss in ${namespace}`,
    undo: async ({ namespace, device }) => {
      if (namespaceExists(namespace)) await tryCommand([...enter(namespace), 'tc', 'qdisc', 'del', 'dev', device, 'root']);
    },
  }),
  undoer('network-link', z.object({ name: z.string() }), {
    describe: ({ name }) => `network link ${name}`,
    undo: async ({ name }) => {
      if (existsSync(`/sys/class/net/${name}`)) await tolerate(command(['ip', 'link', 'delete', name]), () => !existsSync(`/sys/class/net/${name}`));
    },
  }),
  undoer('network-namespace', z.object({ name: z.string() }), {
    describe: ({ name }) => `network namespace ${name}`,
    undo: async ({ name }) => {
      if (namespaceExists(name)) await tolerate(command(['ip', 'netns', 'delete', name]), () => !namespaceExists(name));
    },
  }),
  undoer('data-disk', z.object({ dir: z.string(), image: z.string() }), { describe: ({ dir }) => `disk at ${dir}`, undo: ({ dir, image }) => removeDisk(dir, image) }),
  undoer('scratch-folder', z.object({ dir: z.string() }), { describe: ({ dir }) => `folder ${dir}`, undo: ({ dir }) => removeScratch(dir) }),
];

function undoer<T>(kind: string, schema: z.ZodType<T>, on: { readonly describe: (data: T) => string; readonly undo: (data: T) => void | Promise<void> }): Undoer {
  return { kind, describe: (data) => on.describe(schema.parse(data)), undo: async (data) => on.undo(schema.parse(data)) };
}

/** Waits for a change that failed, but may have been made by somebody else at the same time. */
async function tolerate(change: Promise<unknown>, isDone: () => boolean): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isDone()) throw error;
  }
}

function setFree(file: string, value: string, mayStay: boolean): void {
  if (!existsSync(file)) return;
  try {
    writeFileSync(file, value);
  } catch (error) {
    // A controller that was handed down for us and is used by others now is theirs; a device that is gone is limited no more.
    if (!mayStay && (error as NodeJS.ErrnoException).code !== 'ENODEV') throw error;
  }
}

/** A group goes when its last process is gone, which the kernel may notice a moment later. */
async function removeGroup(dir: string): Promise<void> {
  for (let tries = 0; existsSync(dir); tries++) {
    try {
      rmdirSync(dir);
    } catch (error) {
      if (!existsSync(dir)) return;
      if (tries === 60) throw error;
      await wallClock.sleep(50);
    }
  }
}

/** Whether something is mounted at a folder or below it. Linux writes blanks in paths as `\040`. */
const mountsBelow = (dir: string): readonly string[] =>
  readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' ')).filter((place) => place === dir || place.startsWith(`${dir}/`));

async function removeDisk(dir: string, image: string): Promise<void> {
  for (let tries = 0; mountsBelow(dir).length > 0; tries++) {
    const { code, stderr } = await tryCommand(['umount', dir]);
    if (code === 0) continue;
    if (tries === 40) throw new Error(`${dir} cannot be unmounted: ${stderr.trim()}`);
    await wallClock.sleep(100);
  }
  await releaseLoops(image);
  rmSync(image, { force: true });
}

/** The loop device goes with its mount, unless the lab died between the two. */
async function releaseLoops(image: string): Promise<void> {
  if (!existsSync(image)) return;
  for (const line of (await tryCommand(['losetup', '--noheadings', '--output', 'NAME', '--associated', image])).stdout.split('\n')) {
    if (line.trim() !== '') await tryCommand(['losetup', '--detach', line.trim()]);
  }
}

function removeScratch(dir: string): void {
  if (!isScratch(dir)) throw new Error(`${dir} is not a folder of the lab's`);
  if (!existsSync(dir)) return;
  const mounted = process.platform === 'linux' ? mountsBelow(dir) : [];
  if (mounted.length > 0) throw new Error(`${mounted.join(', ')} is still mounted`);
  rmSync(dir, { recursive: true, force: true });
  if (existsSync(dir)) throw new Error(`${dir} still holds ${readdirSync(dir).join(', ')}`);
}
