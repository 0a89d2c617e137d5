import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { LabError } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';
import type { Deployment, Identity } from '../../deployments/contract.ts';
import type { RunningLoad } from '../../load/contract.ts';
import type { ClusterNode, Controls, LoadSpec, RunningCluster } from '../contract.ts';
import { loadControl } from './load-control.ts';
import type { RealNode } from './node.ts';
import { repeat } from './repeat.ts';
import type { Watch } from './watch.ts';

/** What a running cluster of real programs is put together from, whatever they run on. */
export interface RealParts {
  readonly deployment: Deployment;
  readonly watch: Watch;
  readonly clock: Clock;
  /** What can be broken, apart from the load and the database's own configuration, which are added here. */
  readonly controls: Controls;
  readonly load?: { readonly running: RunningLoad; readonly initial: LoadSpec };
  /** A real Prometheus, where one is there to be asked in the place of our own scraper. */
  readonly metrics?: Transport;
  /** Takes what came since the last call: log lines, samples. */
  readonly catchUp?: () => void | Promise<void>;
  /** Ends what belongs to the kind; the watch and the load are ended before. */
  readonly close: () => Promise<void>;
}

const identifyEveryMs: Millis = 2_000;
const identifyWithinMs: Millis = 2_000;
const catchUpEveryMs: Millis = 500;

/** A cluster of real programs, in the time of the machine. */
export async function realCluster(parts: RealParts): Promise<RunningCluster> {
  const { deployment, watch, clock, load } = parts;
  const stopping = new AbortController();
  const ask = watch.asker(identifyWithinMs);
  let identities = await deployment.identify(watch.nodes, ask);
  const catchUp = async () => void (await parts.catchUp?.());
  const loops = [
    repeat(clock, { everyMs: identifyEveryMs, signal: stopping.signal }, async () => void (identities = await deployment.identify(watch.nodes, ask))),
    repeat(clock, { everyMs: catchUpEveryMs, signal: stopping.signal }, catchUp),
  ];
  const config = deployment.config?.(watch.nodes, watch.ask);
  return {
    clock,
    pass: async (spanMs, signal) => {
      await clock.sleep(spanMs, signal);
      const death = load?.running.died?.();
      if (death !== undefined) throw new LabError({ code: 'LAB_LOAD_DIED', because: `the load generator is gone: ${death}`, advice: 'A run without clients says nothing about them; run it again.' }, 4);
    },
    ports: watch.ports(parts.metrics),
    controls: { ...parts.controls, ...(load && { load: loadControl(load.running, load.initial) }), ...(config && { config }) },
    nodes: () => watch.nodes.map((node) => clusterNode(node, identities.get(node.id))),
    endpoints: {},
    ...(load && { clients: load.running.seconds }),
    export: async () => {
      await catchUp();
      return watch.export();
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await load?.running[Symbol.asyncDispose]();
      await Promise.all(loops);
      await watch.stop();
      await parts.close();
    },
  };
}

const clusterNode = ({ id, role, host }: RealNode, identity: Identity | undefined): ClusterNode => ({
  id, role, host,
  aliases: identity?.aliases ?? [],
  ...(identity?.leads !== undefined && { leads: identity.leads }),
});
