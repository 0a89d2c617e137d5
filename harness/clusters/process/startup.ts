import type { Clock } from '../../../src/kernel/clock.ts';
import { LabError, type Result } from '../../../src/kernel/result.ts';
import type { AskNode, Deployment } from '../../deployments/contract.ts';
import { splitKeys } from '../../load/keys.ts';
import { until } from '../real/until.ts';
import type { ProcessNode } from './node.ts';

/** What is started, and how it is asked. */
export interface Startup {
  readonly deployment: Deployment;
  readonly nodes: readonly ProcessNode[];
  readonly ask: AskNode;
  readonly clock: Clock;
  /** Into how many ranges the key space is to be parted, where the subject has to be told. */
  readonly ranges: number;
  readonly signal: AbortSignal;
}

/** Starts role after role, each when the one before it serves, and waits until the cluster does. A program that ends meanwhile is named, with what it said. */
export async function startPrograms({ deployment, nodes, ask, clock, ranges, signal }: Startup): Promise<void> {
  const deadlineMs = clock.now() + deployment.startWithinMs;
  const wait = async (what: string, look: () => Promise<Result<void>>) => {
    const failure = await until(async () => {
      for (const { program } of nodes) if (program.ending !== undefined) throw program.failure();
      return look();
    }, { clock, withinMs: Math.max(0, deadlineMs - clock.now()), signal });
    if (failure) throw new LabError({ code: 'LAB_START_TIMEOUT', because: `${what} within ${deployment.startWithinMs / 1_000} s: ${failure.because}` }, 4);
  };
  for (const { role } of deployment.roles) {
    const ofRole = nodes.filter((node) => node.role === role);
    for (const { program } of ofRole) await program.start();
    for (const node of ofRole) await wait(`${node.id} is not ready`, () => deployment.ready(node, ask));
  }
  await wait('the cluster is not settled', () => deployment.settled(nodes, ask));
  const { prepare } = deployment;
  if (prepare) await wait('the key space is not parted', () => prepare(nodes, ask, splitKeys(ranges)));
}
