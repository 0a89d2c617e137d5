import { writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defined } from '../../../src/kernel/assert.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Deployment, PlannedNode, RoleSpec } from '../../deployments/contract.ts';
import { freePorts } from '../real/free-network.ts';
import type { ClusterSpec } from '../contract.ts';
import { foldersOf, makeGroups, type NodeGroups, within } from './groups.ts';
import type { Ledger } from './ledger.ts';
import { enter, layNetwork, type RunNetwork } from './network.ts';
import type { ProcessNode, ProcessWorld } from './node.ts';
import { type DataDisk, makeDisk, makeFolder, makeScratch } from './places.ts';
import type { Powers } from './powers.ts';
import { Program } from './program.ts';

/** What a cluster is built from. */
export interface Blueprint {
  readonly deployment: Deployment;
  readonly spec: ClusterSpec;
  readonly powers: Powers;
  /** Paths by program name. */
  readonly programs: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Slot {
  readonly id: string;
  readonly spec: RoleSpec;
}

const defaultDiskBytes = 1024 ** 3;

/** The nodes that a specification asks for, in the order in which they start. */
export const slotsOf = (deployment: Deployment, spec: ClusterSpec): readonly Slot[] =>
  deployment.roles.flatMap((role) => Array.from({ length: spec.roles[role.role] ?? 0 }, (_, i) => ({ id: `${role.nodePrefix}-${i + 1}`, spec: role })));

/** Gives every node its place on this machine: network, groups, disk, files. Nothing is started yet. */
export async function build(ledger: Ledger, blueprint: Blueprint): Promise<ProcessWorld> {
  const { deployment, spec, powers, clock, signal } = blueprint;
  const slots = slotsOf(deployment, spec);
  const scratch = await makeScratch(ledger);
  const network = powers.namespaces === true ? await layNetwork(ledger, slots.map(({ id }) => id)) : undefined;
  const planned: (PlannedNode & { readonly disk: DataDisk; readonly groups: NodeGroups; readonly spec: RoleSpec })[] = [];
  for (const { id, spec: role } of slots) {
    signal.throwIfAborted();
    const disk = powers.images === true ? await makeDisk(ledger, { scratch, node: id, sizeBytes: role.diskBytes ?? defaultDiskBytes }) : makeFolder(scratch, id);
    const groups = await makeGroups(ledger, id, powers.groups);
    planned.push({ id, role: role.role, spec: role, host: network?.addressOf(id) ?? '127.0.0.1', ports: network ? role.ports : await portsFor(role), dataDir: disk.dir, disk, groups });
  }
  const nodes = planned.map((node) => complete(node, { ledger, blueprint, planned, scratch, ...(network && { network }) }));
  return { clock, ledger, nodes, scratch, ...(network && { network }) };
}

/** Nodes that share an address need ports of their own. */
async function portsFor(role: RoleSpec): Promise<PlannedNode['ports']> {
  const names = Object.keys(role.ports);
  const free = await freePorts(names.length);
  return { main: 0, ...Object.fromEntries(names.map((name, i) => [name, defined(free[i], 'a free port')])) };
}

interface Surroundings {
  readonly ledger: Ledger;
  readonly blueprint: Blueprint;
  readonly planned: readonly PlannedNode[];
  readonly scratch: string;
  readonly network?: RunNetwork;
}

function complete(node: PlannedNode & Pick<ProcessNode, 'disk' | 'groups' | 'spec'>, { ledger, blueprint, planned, scratch, network }: Surroundings): ProcessNode {
  const { deployment, spec, programs } = blueprint;
  const { args, env = {}, files = new Map<string, string>() } = deployment.launch(node, planned, spec.settings);
  const writeFiles = () => writeBelow(node.dataDir, files);
  writeFiles();
  const namespace = network?.namespaceOf(node.id);
  const words = [...within(foldersOf(node.groups)), ...(namespace === undefined ? [] : enter(namespace)), defined(programs.get(node.spec.program), node.spec.program), ...args];
  const program = new Program({ node: node.id, name: node.spec.program, words, env, logFile: join(scratch, `${node.id}.log`), run: ledger.run });
  const urls = Object.fromEntries(Object.entries(node.ports).map(([name, port]) => [name, new URL(`http://${node.host}:${port}`)]));
  return { ...node, program, writeFiles, urls: urls as ProcessNode['urls'], ...(namespace !== undefined && { namespace }) };
}

function writeBelow(dir: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
