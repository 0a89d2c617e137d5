import { defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { LabError } from '../../src/kernel/result.ts';
import { faults } from '../faults/registry.ts';
import type { PlannedInjection } from '../scenario/compile.ts';
import { resolveTarget } from '../scenario/compile.ts';
import { startRhythm } from './rhythm.ts';
import type { Stage } from './stage.ts';

/** How long a fault may take until its witness sees it, e.g. a graceful stop that first hands over leaders. */
export const witnessWithinMs: Millis = 15_000;

/** Ends a run whose fault did not bite: such a run says nothing about a diagnosis. */
export class InvalidInjection extends LabError {
  constructor(because: string) {
    super({ code: 'LAB_FAULT_NOT_WITNESSED', because, advice: 'Check the parameters of the fault against what this cluster can feel.' }, 3);
  }
}

/** Breaks something, and waits until an independent probe has seen it. Returns how long that took. */
export async function inject(stage: Stage, planned: PlannedInjection): Promise<Millis> {
  const fault = defined(faults.get(planned.fault), `fault ${planned.fault}`);
  const struck = resolveTarget(planned, stage.cluster.nodes(), { random: stage.targets, struck: new Map(stage.injections.map((each) => [each.alias, each.struck])) });
  const params = fault.params.parse(planned.params);
  const world = stage.cluster.controls as never;
  if ((await fault.witness(world, struck, params)).bites) throw new InvalidInjection(`${planned.fault} was to be seen before it was injected, so its witness proves nothing`);

  const { recorder, cluster } = stage;
  const at = stage.injections.push({ alias: planned.alias, fault: fault.kind, struck, fromMs: cluster.clock.now(), toMs: null, paint: fault.paint }) - 1;
  recorder.record({ kind: 'fault-injected', fault: fault.kind, alias: planned.alias, struck: [...struck], asked: planned.asked, params: planned.params, paint: fault.paint });
  stage.reverts.set(planned.alias, async () => {
    stage.rhythms.delete(planned.alias);
    await fault.revert(world, struck, params);
    stage.injections[at] = { ...defined(stage.injections[at], 'injection'), toMs: cluster.clock.now() };
    recorder.record({ kind: 'fault-reverted', alias: planned.alias, struck: [...struck] });
    stage.reverts.delete(planned.alias);
  });
  await fault.inject(world, struck, params);
  const waitedMs = await awaitWitness(stage, planned.alias, () => fault.witness(world, struck, params));
  startRhythm(stage, planned, {
    params: params as Record<string, unknown>,
    putOn: (changed) => fault.inject(world, struck, fault.params.parse(changed)),
    takeOff: () => fault.revert(world, struck, params),
  });
  return waitedMs;
}

async function awaitWitness(stage: Stage, alias: string, look: () => Promise<{ bites: boolean; measured: string }>): Promise<Millis> {
  const startedMs = stage.cluster.clock.now();
  for (;;) {
    const { bites, measured } = await look();
    const waitedMs = stage.cluster.clock.now() - startedMs;
    if (bites || waitedMs >= witnessWithinMs) {
      stage.recorder.record({ kind: 'fault-witnessed', alias, bites, measured });
      if (!bites) throw new InvalidInjection(`the fault had no effect on its resource within 15 s: ${measured}`);
      return waitedMs;
    }
    await stage.cluster.pass(1_000, stage.signal);
  }
}
