import { defined } from '../../../../src/kernel/assert.ts';
import type { LinkControl } from '../../contract.ts';
import { command, tryCommand } from '../command.ts';
import { clientsPlace, device, enter } from '../network.ts';
import { mainPort, nodeOf, type ProcessWorld } from '../node.ts';
import { reach } from '../reach.ts';

const probes = 20;
const lateAfterMs = 1_000;

/** netem on the node's own end of its cable, for everything that it sends. */
export function linkControl(world: ProcessWorld): LinkControl {
  const { ledger } = world;
  const namespaceOf = (id: string) => defined(nodeOf(world, id).namespace, 'a namespace of its own');
  return {
    impair: async (id, by) => {
      const namespace = namespaceOf(id);
      const words = [...enter(namespace), 'tc', 'qdisc', 'replace', 'dev', device, 'root', 'netem', ...netemWords(by)];
      await ledger.make(`link ${id}`, { kind: 'link-impairment', data: { namespace, device } }, async () => void (await command(words, { run: ledger.run })));
    },
    // Where nothing was impaired there is nothing to delete, which is how it should be.
    restore: (id) => ledger.unmake(`link ${id}`, async () => void (await tryCommand([...enter(namespaceOf(id)), 'tc', 'qdisc', 'del', 'dev', device, 'root'], { run: ledger.run }))),
    probe: async (id) => {
      const node = nodeOf(world, id);
      const launcher = enter(defined(world.network, 'a network of its own').namespaceOf(clientsPlace));
      const attempts = await reach(launcher, Array.from({ length: probes }, () => ({ host: node.host, port: mainPort(node) })), { run: ledger.run, withinMs: lateAfterMs });
      const answered = attempts.filter((attempt) => attempt.answered).map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
      return { roundTripMs: answered[Math.floor(answered.length / 2)] ?? lateAfterMs, lostShare: 1 - answered.length / attempts.length };
    },
  };
}

/** An impairment in tc's words. */
export function netemWords({ delayMs, jitterMs, lossShare }: Parameters<LinkControl['impair']>[1]): readonly string[] {
  const delay = delayMs === undefined ? [] : ['delay', `${delayMs}ms`, ...(jitterMs === undefined ? [] : [`${jitterMs}ms`])];
  return [...delay, ...(lossShare === undefined ? [] : ['loss', `${Number((lossShare * 100).toFixed(3))}%`])];
}
