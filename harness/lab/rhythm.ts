import { defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { formatSpan, parseSize, parseSpan } from '../../src/kernel/units.ts';
import type { PlannedInjection } from '../scenario/compile.ts';
import type { Stage } from './stage.ts';

/** What goes on with an injection while time passes. */
export interface Rhythm {
  readonly dueMs: Millis;
  /** Does what is due, and says what comes next, if anything does. */
  readonly beat: () => Promise<Rhythm | undefined>;
}

/** How an injected fault is changed: put on anew with these parameters, or taken off. */
export interface Handle {
  readonly params: Record<string, unknown>;
  readonly putOn: (params: Record<string, unknown>) => Promise<void>;
  readonly takeOff: () => Promise<void>;
}

/** A growing fault takes a step this often. */
const rampStepMs: Millis = 10_000;

/** Starts what a plan says of an injection beside its being there: that it comes and goes, or that it grows. */
export function startRhythm(stage: Stage, { alias, flapping, ramp }: PlannedInjection, handle: Handle): void {
  const tell = (what: string): void => void stage.recorder.record({ kind: 'fault-changed', alias, what });
  const nowMs = (): Millis => stage.cluster.clock.now();
  if (flapping) stage.rhythms.set(alias, gone(flapping, nowMs() + flapping.onMs));
  if (ramp) stage.rhythms.set(alias, grown(ramp, nowMs(), 1));

  function gone(rhythm: NonNullable<typeof flapping>, dueMs: Millis): Rhythm {
    return {
      dueMs,
      beat: async () => {
        await handle.takeOff();
        tell(`gone for ${formatSpan(rhythm.offMs)}`);
        return back(rhythm, dueMs + rhythm.offMs);
      },
    };
  }

  function back(rhythm: NonNullable<typeof flapping>, dueMs: Millis): Rhythm {
    return {
      dueMs,
      beat: async () => {
        await handle.putOn(handle.params);
        tell(`there again for ${formatSpan(rhythm.onMs)}`);
        return gone(rhythm, dueMs + rhythm.onMs);
      },
    };
  }

  function grown(growth: NonNullable<typeof ramp>, sinceMs: Millis, step: number): Rhythm {
    return {
      dueMs: sinceMs + Math.min(step * rampStepMs, growth.overMs),
      beat: async () => {
        const part = Math.min(1, (step * rampStepMs) / growth.overMs);
        const params = { ...handle.params, ...Object.fromEntries(Object.entries(growth.to).map(([key, to]) => [key, between(handle.params[key], to, part)])) };
        await handle.putOn(params);
        tell(Object.keys(growth.to).map((key) => `${key} ${String(params[key])}`).join(', '));
        return part < 1 ? grown(growth, sinceMs, step + 1) : undefined;
      },
    };
  }
}

/** Until the next beat of any injection; infinite where none is due. */
export const untilBeat = (stage: Stage): Millis => Math.min(...[...stage.rhythms.values()].map(({ dueMs }) => dueMs)) - stage.cluster.clock.now();

/** Does what is due by now. */
export async function beat(stage: Stage): Promise<void> {
  for (const alias of stage.rhythms.keys()) {
    for (let due = dueNow(stage, alias); due; due = dueNow(stage, alias)) {
      const next = await due.beat();
      if (next) stage.rhythms.set(alias, next);
      else stage.rhythms.delete(alias);
    }
  }
}

function dueNow(stage: Stage, alias: string): Rhythm | undefined {
  const rhythm = stage.rhythms.get(alias);
  return rhythm && rhythm.dueMs <= stage.cluster.clock.now() ? rhythm : undefined;
}

/** A value on its way from one to another: numbers, spans and sizes grow evenly, anything else changes at the end. */
export function between(from: unknown, to: unknown, part: number): unknown {
  const mix = (a: number, b: number): number => a + (b - a) * part;
  if (typeof from === 'number' && typeof to === 'number') return Number(mix(from, to).toPrecision(6));
  if (typeof from === 'string' && typeof to === 'string') {
    if (parseSpan(from) !== undefined && parseSpan(to) !== undefined) return `${Math.round(mix(defined(parseSpan(from), 'a span'), defined(parseSpan(to), 'a span')))}ms`;
    if (parseSize(from) !== undefined && parseSize(to) !== undefined) return `${Math.round(mix(defined(parseSize(from), 'a size'), defined(parseSize(to), 'a size')))}B`;
  }
  return part < 1 ? from : to;
}
