import { createHash } from 'node:crypto';
import { orThrow } from '../../src/kernel/result.ts';
import { clusterKind } from '../clusters/registry.ts';
import { calendarOf, nodesOf, perform, specOf } from './acts.ts';
import type { Schedule } from './schedule.ts';

/** A digest of all that a twin leaves behind which lives through a schedule, as a bundle would keep it: metrics, logs, inventory. */
export async function digestOf(schedule: Schedule): Promise<string> {
  await using cluster = orThrow(await (await clusterKind('twin')).start(specOf(schedule), schedule.seed));
  let nowSeconds = 0;
  for (const due of calendarOf(schedule)) {
    await cluster.pass((due.atSeconds - nowSeconds) * 1_000);
    nowSeconds = due.atSeconds;
    await perform(due, cluster.controls, nodesOf(schedule));
  }
  await cluster.pass(10_000);
  const hash = createHash('sha256');
  for (const [name, bytes] of await cluster.export()) hash.update(name).update(bytes);
  return hash.digest('hex');
}
