import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { InventoryNode } from '../../../src/ports/ports.ts';
import type { Topology } from '../../../src/subjects/contract.ts';
import { userPath } from '../places.ts';

/** Reads `node=FILE` words, or folders that hold a `<node>.log` for each node; a node may go by any of its names. */
export function logFilesOf(words: readonly string[], { topology, inventory }: { readonly topology: Topology; readonly inventory: readonly InventoryNode[] }): Result<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const word of words.flatMap(filesIn)) {
    const [, name, path] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (name === undefined || path === undefined) return failed('LAB_USAGE', `--logs ${word} is not understood`, 'write it like --logs tikv-1=/var/log/tikv/tikv.log, or name a folder that holds tikv-1.log and so on');
    const node = inventory.find((each) => each.node === name)?.node ?? topology.nodes.find(({ aliases }) => aliases.includes(name))?.id;
    if (node === undefined) return failed('LAB_USAGE', `--logs: the cluster has no node ${name}`, `its nodes are ${inventory.map((each) => each.node).join(', ')}`);
    if (!existsSync(userPath(path))) return failed('LAB_USAGE', `--logs: there is no file ${path}`, 'name the file from the folder that you are in, or by its whole path; leave the node out if nobody kept its log');
    files.set(node, userPath(path));
  }
  return ok(files);
}

/** The logs in a folder, as words of their own. */
function filesIn(word: string): string[] {
  const dir = userPath(word);
  if (word.includes('=') || !statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [word];
  return readdirSync(dir).filter((file) => file.endsWith('.log')).sort().map((file) => `${file.slice(0, -'.log'.length)}=${join(dir, file)}`);
}
