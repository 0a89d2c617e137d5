import { assert, defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { formatSpan } from '../../src/kernel/units.ts';
import type { RecordedScript } from '../clusters/contract.ts';
import type { Plan, PlannedStep } from '../scenario/compile.ts';
import { diagnoseIncident, incidentIsRipe } from './diagnose.ts';
import { inject } from './injection.ts';
import { monitorIntervalMs } from './operator.ts';
import { beat, untilBeat } from './rhythm.ts';
import type { Stage } from './stage.ts';

/** Plays a scenario's acts in order and hands the incident over when it is ripe, at the latest before the world heals. */
export async function playTimeline(stage: Stage, plan: Plan): Promise<void> {
  const steps = stage.cluster.script ? stepsOfRecording(stage.cluster.script) : plan.steps;
  const healing = plan.diagnoseAfterMs === 'end' ? steps.length : lastHealing(steps);
  const handover = new Handover(stage, plan.diagnoseAfterMs === 'end' ? Infinity : plan.diagnoseAfterMs);
  for (const [index, step] of steps.entries()) {
    if (index === healing) await handover.now();
    await playStep(stage, step, handover);
  }
  await handover.now();
  stage.recorder.record({ kind: 'phase', phase: 'end', detail: 'the timeline is over' });
}

async function playStep(stage: Stage, step: PlannedStep, handover: Handover): Promise<void> {
  switch (step.kind) {
    case 'steady':
    case 'hold':
    case 'recover':
      stage.recorder.record({ kind: 'phase', phase: step.kind, detail: formatSpan(step.spanMs) });
      return passTime(stage, step.spanMs - handover.takeDebt(), step.kind === 'hold' ? handover : undefined);
    case 'inject':
      stage.recorder.record({ kind: 'phase', phase: 'inject', detail: `${step.injection.fault} into ${step.injection.asked}` });
      handover.open();
      // The time until the witness has seen the fault belongs to the hold that follows.
      return handover.owe(await inject(stage, step.injection));
    case 'replay-inject':
      handover.open();
      return replayInjection(stage);
    case 'replay-revert':
      return replayRevert(stage);
    case 'revert':
      stage.recorder.record({ kind: 'phase', phase: 'revert', detail: step.alias });
      return defined(stage.reverts.get(step.alias), `open injection ${step.alias}`)();
  }
}

/** Passes time in the monitor's steps, so that a ripe incident is met where a production operator would meet it. */
async function passTime(stage: Stage, spanMs: Millis, handover: Handover | undefined): Promise<void> {
  for (let leftMs = spanMs; leftMs > 0; ) {
    const stepMs = Math.min(leftMs, monitorIntervalMs, Math.max(1, untilBeat(stage)));
    await stage.cluster.pass(stepMs, stage.signal);
    leftMs -= stepMs;
    await beat(stage);
    if (handover) await handover.whenRipe();
  }
}

/** Hands the incident over once. */
class Handover {
  readonly #stage: Stage;
  readonly #afterMs: Millis;
  #openedMs: Millis | undefined;
  #debtMs = 0;
  #done = false;

  constructor(stage: Stage, afterMs: Millis) {
    this.#stage = stage;
    this.#afterMs = afterMs;
  }

  /** From here on tickets count: the first injection begins. */
  open(): void {
    this.#openedMs ??= this.#stage.cluster.clock.now();
  }

  owe(spanMs: Millis): void {
    this.#debtMs += spanMs;
  }

  takeDebt(): Millis {
    const debtMs = this.#debtMs;
    this.#debtMs = 0;
    return debtMs;
  }

  async whenRipe(): Promise<void> {
    if (!this.#done && this.#openedMs !== undefined && incidentIsRipe(this.#stage, this.#openedMs, this.#afterMs)) await this.now();
  }

  async now(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    await diagnoseIncident(this.#stage, this.#openedMs ?? this.#stage.startMs);
  }
}

/** Where the world begins to heal for good: the last revert, else the recovery. */
function lastHealing(steps: readonly PlannedStep[]): number {
  const reverts = steps.map((step) => step.kind === 'revert' || step.kind === 'replay-revert');
  const last = reverts.lastIndexOf(true);
  return last >= 0 ? last : steps.findIndex((step) => step.kind === 'recover');
}

function stepsOfRecording(script: RecordedScript): PlannedStep[] {
  const { startMs, endMs, injectMs, revertMs } = script;
  if (injectMs === undefined) return [{ kind: 'hold', spanMs: endMs - startMs }];
  const healMs = revertMs ?? endMs;
  assert(startMs <= injectMs && injectMs <= healMs && healMs <= endMs, 'the acts of a recording are in order');
  return [
    { kind: 'steady', spanMs: injectMs - startMs },
    { kind: 'replay-inject' },
    { kind: 'hold', spanMs: healMs - injectMs },
    { kind: 'replay-revert' },
    { kind: 'recover', spanMs: endMs - healMs },
  ];
}

const recordedPaint = { label: 'recorded fault', colour: 'red' } as const;

/** What a recording's fault struck: by alias where the scenario says so, else what its truth names. */
function recordedStrikes({ scenario }: Stage): readonly { readonly alias: string; readonly struck: readonly string[] }[] {
  const named = scenario.cluster.kind === 'recorded' ? Object.entries(scenario.cluster.struck ?? {}) : [];
  if (named.length > 0) return named.map(([alias, node]) => ({ alias, struck: [node] }));
  return [{ alias: 'recorded', struck: scenario.truth.causes.map((cause) => cause.component) }];
}

function replayInjection(stage: Stage): void {
  for (const { alias, struck } of recordedStrikes(stage)) {
    stage.injections.push({ alias, fault: 'recorded', struck, fromMs: stage.cluster.clock.now(), toMs: null, paint: recordedPaint });
    stage.recorder.record({ kind: 'fault-injected', fault: 'recorded', alias, struck: [...struck], asked: 'as it was recorded', params: {}, paint: recordedPaint });
    stage.recorder.record({ kind: 'fault-witnessed', alias, bites: true, measured: 'it happened: this is a recording of a real cluster' });
  }
}

function replayRevert(stage: Stage): void {
  for (const [index, injection] of stage.injections.entries()) {
    stage.injections[index] = { ...injection, toMs: stage.cluster.clock.now() };
    stage.recorder.record({ kind: 'fault-reverted', alias: injection.alias, struck: [...injection.struck] });
  }
}
