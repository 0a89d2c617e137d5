import { existsSync } from 'node:fs';
import { LabError } from '../../../src/kernel/result.ts';
import { freeNetwork, reachedNetworks } from '../real/free-network.ts';
import { command } from './command.ts';
import type { Ledger } from './ledger.ts';

/** The network of a run: a switch in a namespace of its own, and a cable from it to every node, to the clients, and to the lab. */
export interface RunNetwork {
  /** The namespace of a node or of the clients, by its name. */
  readonly namespaceOf: (name: string) => string;
  readonly addressOf: (name: string) => string;
}

/** The place of the load generator, as the network calls it. */
export const clientsPlace = 'clients';
const switchPlace = 'switch';
const bridge = 'bridge0';
/** A node's own end of its cable. */
export const device = 'eth0';
const firstNode = 11;
const clientsHost = 2;

/** Lays the network. The lab's end has the first address; no packet of it touches the machine's own rules on the way between nodes. */
export async function layNetwork(ledger: Ledger, nodes: readonly string[]): Promise<RunNetwork> {
  const prefix = freeNetwork(reachedNetworks());
  if (prefix === undefined) throw new LabError({ code: 'LAB_NO_SUBNET', because: 'every network from 10.200.0.0 to 10.250.255.0 is in use on this machine', advice: 'Run `lab clean`; it removes what dead runs left.' }, 4);
  const places = new Map<string, string>([...nodes.map((node, i) => [node, `${prefix}.${firstNode + i}`] as const), [clientsPlace, `${prefix}.${clientsHost}`]]);
  const { run } = ledger;
  await addNamespace(ledger, switchPlace);
  await inside(run, switchPlace, [`link add ${bridge} type bridge`, `link set ${bridge} up`]);
  await plugInLab(ledger, `${prefix}.1`);
  for (const [place, address] of places) {
    await addNamespace(ledger, place);
    const port = `port${address.split('.').at(-1)}`;
    await inside(run, switchPlace, [`link add ${port} type veth peer name ${device} netns ${namespace(run, place)}`, `link set ${port} master ${bridge} up`]);
    await inside(run, place, ['link set lo up', `address add ${address}/24 dev ${device}`, `link set ${device} up`]);
  }
  return { namespaceOf: (name) => namespace(run, name), addressOf: (name) => places.get(name) ?? '' };
}

const namespace = (run: string, place: string): string => `${run}-${place}`;

/** The file that stands for a named namespace. */
export const namespaceFile = (name: string): string => `/run/netns/${name}`;

/** Whether a namespace of this name exists. */
export const namespaceExists = (name: string): boolean => existsSync(namespaceFile(name));

/** Words before a program that is to run in a namespace. Mounts and names of files stay the machine's. */
export const enter = (name: string): readonly string[] => ['nsenter', `--net=${namespaceFile(name)}`];

async function addNamespace(ledger: Ledger, place: string): Promise<void> {
  const name = namespace(ledger.run, place);
  await ledger.make(`namespace ${name}`, { kind: 'network-namespace', data: { name } }, async () => void (await command(['ip', 'netns', 'add', name], { run: ledger.run })));
}

async function plugInLab(ledger: Ledger, address: string): Promise<void> {
  const { run } = ledger;
  await ledger.make('link', { kind: 'network-link', data: { name: run } }, async () => {
    await command(['ip', '-batch', '-'], { run, input: [`link add ${run} type veth peer name port1 netns ${namespace(run, switchPlace)}`, `address add ${address}/24 dev ${run}`, `link set ${run} up`, ''].join('\n') });
  });
  await inside(run, switchPlace, [`link set port1 master ${bridge} up`]);
}

async function inside(run: string, place: string, lines: readonly string[]): Promise<void> {
  await command(['ip', '-netns', namespace(run, place), '-batch', '-'], { run, input: `${lines.join('\n')}\n` });
}
