import { LabError } from '../../../../src/kernel/result.ts';
import type { CutDirection, CutFrom, LinkControl, NetworkControl, NodeId } from '../../contract.ts';
import { runCommand } from '../command.ts';
import { beside } from '../compose-file.ts';
import { inNetworkOf } from '../host.ts';
import { hostOf } from '../override.ts';
import { commandFailure, type ContainerChanges, type ControlParts, runningContainer } from './parts.ts';

/** Who is who in the cluster's network, seen from one node. */
export interface Neighbours {
  readonly node: NodeId;
  readonly service: string;
  /** A port that the service listens on; on any other, one that is reached refuses. */
  readonly port: number;
  /** What it is to the node; a member of the control plane is both a peer and the control plane to another. */
  readonly parts: readonly CutFrom[];
}

const chain = 'OPERATOR-LAB';
/** A connection that is neither made nor refused within this time meets nobody. */
const connectMs = 1_500;

/**
 * Packet rules in the network of a node's host: they name the addresses of those whom it is cut off from, so that
 * monitoring, which comes from elsewhere, still reaches it, and stay while its program comes and goes.
 */
export function packetControl(parts: ControlParts, changes: ContainerChanges, neighbours: readonly Neighbours[]): NetworkControl {
  const of = (node: NodeId, from?: readonly CutFrom[]) => neighbours.filter((each) => each.node === node && (from === undefined || each.parts.some((part) => from.includes(part))));
  return {
    cut: async (node, from, direction = 'both') => {
      changes.intend(node, 'packets');
      const addresses = of(node, from).map(({ service }) => parts.project.address(service));
      await inNetwork(parts, node, rulesFor(addresses, direction));
    },
    heal: async (node) => {
      await inNetwork(parts, node, healing);
      changes.undone(node, 'packets');
    },
    probeLost: async (node) => {
      const asked = of(node);
      const reached = await tryConnections(parts, node, asked.map(({ service, port }) => ({ address: parts.project.address(service), port })));
      const lost = (part: CutFrom): boolean => asked.some(({ parts: each }) => each.includes(part)) && asked.every(({ parts: each }, i) => !each.includes(part) || reached[i] === 'lost');
      return (['peers', 'control-plane', 'clients'] as const).filter(lost);
    },
  };
}

/** Rules in a chain of our own, so that healing needs to know none of them. */
function rulesFor(addresses: readonly string[], direction: CutDirection): string {
  const incoming = direction === 'outgoing' ? [] : addresses.map((address) => `iptables -w -A ${chain} -s ${address} -j DROP`);
  const outgoing = direction === 'incoming' ? [] : addresses.map((address) => `iptables -w -A ${chain} -d ${address} -j DROP`);
  const jump = (hook: string): string => `iptables -w -C ${hook} -j ${chain} 2>/dev/null || iptables -w -I ${hook} -j ${chain}`;
  return [`iptables -w -N ${chain} 2>/dev/null || true`, ...incoming, ...outgoing, jump('INPUT'), jump('OUTPUT')].join('\n');
}

const healing = ['INPUT', 'OUTPUT'].map((hook) => `while iptables -w -D ${hook} -j ${chain} 2>/dev/null; do :; done`).concat(`iptables -w -F ${chain} 2>/dev/null && iptables -w -X ${chain}`, 'true').join('\n');

async function inNetwork(parts: ControlParts, node: NodeId, script: string): Promise<void> {
  const { pid } = await runningContainer(parts, hostOf(node));
  const ended = await runCommand([...inNetworkOf(pid), 'sh', '-e', '-c', script], { run: parts.project.run });
  if (ended.code !== 0) throw commandFailure(`changing the packet rules of ${node}`, ended.stderr);
}

type Reached = 'reached' | 'lost';

/** Tries to connect from within a process's network. Refused is reached: somebody answered. */
async function tryConnections(parts: ControlParts, node: NodeId, targets: readonly { readonly address: string; readonly port: number }[]): Promise<readonly Reached[]> {
  const program = `
    const { connect } = require('node:net');
    const attempt = ({ address, port }) => new Promise((resolve) => {
      const socket = connect({ host: address, port, timeout: ${connectMs} });
      const end = (said) => { socket.destroy(); resolve(said); };
      socket.on('connect', () => end('reached')).on('timeout', () => end('lost'));
      socket.on('error', ({ code }) => end(code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'reached' : 'lost'));
    });
    Promise.all(JSON.parse(process.argv[1]).map(attempt)).then((said) => process.stdout.write(JSON.stringify(said)));`;
  const { pid } = await runningContainer(parts, hostOf(node));
  const ended = await runCommand([...inNetworkOf(pid), process.execPath, '-e', program, JSON.stringify(targets)], { run: parts.project.run, timeoutMs: 15_000 });
  if (ended.code !== 0) throw commandFailure('trying connections beside the database', ended.stderr);
  return JSON.parse(ended.stdout) as Reached[];
}

/** Taking a container off the network and back: all that can be done without root. Its published ports go with it. */
export function disconnectControl(parts: ControlParts, changes: ContainerChanges, neighbours: readonly Neighbours[]): NetworkControl {
  const { engine, ids, run, address } = parts.project;
  const network = async () => engine.api.getNetwork((await engine.belongings(run)).networks[0] ?? '');
  const attached = async (node: NodeId): Promise<boolean> => (await parts.project.container(hostOf(node))).address !== '';
  return {
    cut: async (node, from, direction = 'both') => {
      const everybody = new Set(neighbours.filter((each) => each.node === node).flatMap((each) => each.parts));
      if (direction !== 'both' || ![...everybody].every((part) => from.includes(part))) {
        throw new LabError({ code: 'NOT_SUPPORTED', because: `without root on the engine’s machine ${node} can only be cut off from everybody and both ways`, advice: 'Run the lab as root, or use a full partition.' }, 3);
      }
      changes.intend(node, 'network');
      await (await network()).disconnect({ Container: ids.get(hostOf(node)) ?? node, Force: true });
    },
    heal: async (node) => {
      if (!(await attached(node))) await (await network()).connect({ Container: ids.get(hostOf(node)) ?? node, EndpointConfig: { IPAMConfig: { IPv4Address: address(node) }, Aliases: [node] } });
      changes.undone(node, 'network');
    },
    probeLost: async (node) => ((await attached(node)) ? [] : (['peers', 'control-plane', 'clients'] as const)),
  };
}

/** Delay and loss by the kernel's network emulator on everything that a container sends. */
export function linkControl(parts: ControlParts, changes: ContainerChanges): LinkControl {
  const tc = async (node: NodeId, words: readonly string[]): Promise<void> => {
    const { pid } = await runningContainer(parts, hostOf(node));
    const ended = await runCommand([...inNetworkOf(pid), 'tc', 'qdisc', ...words], { run: parts.project.run });
    if (ended.code !== 0) throw commandFailure(`changing the link of ${node}`, ended.stderr);
  };
  return {
    impair: async (node, { delayMs = 0, jitterMs = 0, lossShare = 0 }) => {
      changes.intend(node, 'links');
      const delay = delayMs > 0 || jitterMs > 0 ? ['delay', `${delayMs}ms`, `${jitterMs}ms`] : [];
      await tc(node, ['replace', 'dev', 'eth0', 'root', 'netem', ...delay, ...(lossShare > 0 ? ['loss', `${lossShare * 100}%`] : [])]);
    },
    restore: async (node) => {
      await tc(node, ['del', 'dev', 'eth0', 'root']).catch(() => {});
      changes.undone(node, 'links');
    },
    probe: async (node) => pingFrom(parts, parts.project.address(node)),
  };
}

/** Twenty echo requests from where clients are: the mean round trip, and how many of them came back. */
async function pingFrom(parts: ControlParts, address: string): Promise<{ readonly roundTripMs: number; readonly lostShare: number }> {
  const { pid } = await runningContainer(parts, beside.clients);
  const ended = await runCommand([...inNetworkOf(pid), 'ping', '-n', '-q', '-c', '20', '-i', '0.2', '-W', '2', address], { run: parts.project.run, timeoutMs: 30_000 });
  const lost = /([\d.]+)% packet loss/.exec(ended.stdout)?.[1];
  if (lost === undefined) throw commandFailure('ping', ended.missing ? 'ping is not installed' : ended.stderr);
  return { roundTripMs: Number(/= [\d.]+\/([\d.]+)\//.exec(ended.stdout)?.[1] ?? Infinity), lostShare: Number(lost) / 100 };
}
