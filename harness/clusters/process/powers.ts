import { existsSync, readFileSync } from 'node:fs';
import type { Capability } from '../contract.ts';
import { neverOnReal } from '../real/never.ts';
import { tryCommand } from './command.ts';
import { type Controller, findHierarchies, type Hierarchy } from './control-groups.ts';
import { onPath } from './programs.ts';

/** What this machine lets the lab do; where it does not, the reason. */
export interface Powers {
  readonly namespaces: true | string;
  readonly packetFilter: true | string;
  readonly netem: true | string;
  /** Disks made from files. */
  readonly images: true | string;
  readonly groups: Readonly<Record<Controller, Hierarchy | string>>;
}

/** Looks without changing anything: what must be tried is tried in a network namespace that vanishes with the trial. */
export async function findPowers(): Promise<Powers> {
  const needsRoot = process.platform !== 'linux' ? 'it takes Linux' : process.getuid?.() === 0 ? undefined : 'it takes root';
  if (needsRoot !== undefined) return without(needsRoot);
  const namespaces = await tryNamespaces();
  const inside = async (words: readonly string[], because: string): Promise<true | string> => (namespaces === true ? tried(['unshare', '--net', ...words], because) : namespaces);
  return {
    namespaces,
    packetFilter: onPath('iptables') ? await inside(['iptables', '-w', '-A', 'INPUT', '-s', '192.0.2.1', '-j', 'DROP'], 'iptables cannot set rules here') : 'iptables is not installed',
    netem: onPath('tc') ? await inside(['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'], 'this kernel has no sch_netem') : 'tc (iproute2) is not installed',
    images: imagesWork(),
    groups: findHierarchies(),
  };
}

/** Powers of somebody who may do nothing beyond starting programs. */
export const without = (because: string): Powers => ({ namespaces: because, packetFilter: because, netem: because, images: because, groups: { cpu: because, memory: because, io: because } });

/** The capabilities that clusters on such a machine do not have, with the reason. */
export function lacksOf({ namespaces, packetFilter, netem, images, groups }: Powers): ReadonlyMap<Capability, string> {
  const needed: readonly (readonly [Capability, readonly unknown[]])[] = [
    ['disk', [images, groups.io]], ['space', [images]], ['cpu', [groups.cpu]], ['memory', [groups.memory]], ['network', [namespaces, packetFilter]], ['links', [namespaces, netem]],
  ];
  return new Map([...neverOnReal, ...needed.flatMap(([capability, powers]) => {
    const missing = powers.find((power) => typeof power === 'string');
    return missing === undefined ? [] : [[capability, missing as string] as const];
  })]);
}

async function tryNamespaces(): Promise<true | string> {
  const missing = ['ip', 'unshare', 'nsenter'].find((program) => !onPath(program));
  if (missing !== undefined) return `${missing} is not installed`;
  const virtualLink = await tried(['unshare', '--net', 'ip', 'link', 'add', 'labtry0', 'type', 'veth', 'peer', 'name', 'labtry1'], 'network namespaces with virtual links cannot be made here');
  return virtualLink === true ? tried(['unshare', '--net', 'ip', 'link', 'add', 'labtry0', 'type', 'bridge'], 'this kernel has no bridges') : virtualLink;
}

async function tried(words: readonly string[], because: string): Promise<true | string> {
  const { code, stderr } = await tryCommand(words);
  return code === 0 ? true : `${because} (${stderr.trim().split('\n').at(-1)})`;
}

function imagesWork(): true | string {
  const missing = ['mkfs.ext4', 'mount', 'umount', 'losetup', 'fallocate', 'dd'].find((program) => !onPath(program));
  if (missing !== undefined) return `${missing} is not installed`;
  if (!existsSync('/dev/loop-control')) return 'this machine has no loop devices';
  return /\bext4$/m.test(readFileSync('/proc/filesystems', 'utf8')) ? true : 'this kernel has no ext4';
}
