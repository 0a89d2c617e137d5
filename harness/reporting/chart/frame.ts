import { ticks } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { FaultWindow, Moments } from '../moments.ts';
import { element, type Markup } from '../markup.ts';

/** The time axis that every chart of a page shares. */
export interface Frame {
  readonly fromMs: number;
  readonly toMs: number;
  readonly faults: readonly FaultWindow[];
  readonly detectedMs?: number;
  /** Where an instant lies, in percent of the plot's width. */
  readonly percent: (atMs: number) => number;
}

/** The frame of one run. */
export function frameOf(moments: Moments): Frame {
  const toMs = Math.max(moments.endMs, moments.startMs + 1000);
  const scale = scaleLinear([moments.startMs, toMs], [0, 100]).clamp(true);
  // Every line of every chart has its samples at the same instants.
  const percents = new Map<number, number>();
  return {
    fromMs: moments.startMs, toMs, faults: moments.faults,
    ...(moments.detectedMs === undefined ? {} : { detectedMs: moments.detectedMs }),
    percent: (atMs) => {
      const known = percents.get(atMs);
      if (known !== undefined) return known;
      const percent = Number(scale(atMs).toFixed(2));
      percents.set(atMs, percent);
      return percent;
    },
  };
}

/** The same position as an SVG attribute. */
export const x = (frame: Frame, atMs: number): string => `${frame.percent(atMs)}%`;

/** The colours that a fault may be painted in; each has its hatching on the page. */
export const paints: readonly string[] = ['slate', 'red', 'amber', 'violet', 'teal'];

/** The class of a fault's colour; a colour that nobody knows is slate. */
export const paintClass = (colour: string): string => `paint-${paints.includes(colour) ? colour : 'slate'}`;

/** The hatched band of one fault between two heights: ground truth is hatched everywhere. */
export function faultBand(frame: Frame, fault: FaultWindow, box: { readonly top: number; readonly height: number }): Markup {
  const left = frame.percent(fault.fromMs);
  const width = Number(Math.max(0.2, frame.percent(fault.toMs ?? frame.toMs) - left).toFixed(2));
  return element('rect', { class: `band ${paintClass(fault.colour)}`, x: `${left}%`, y: box.top, width: `${width}%`, height: box.height });
}

/** Round steps that give about `count` marks over the frame: whole seconds, minutes, hours. */
export function timeTicks(frame: Frame, count: number): number[] {
  const spanSeconds = (frame.toMs - frame.fromMs) / 1000;
  const step = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200].find((each) => spanSeconds / each <= count) ?? Math.ceil(spanSeconds / count);
  return ticks(0, Math.floor(spanSeconds / step), Math.floor(spanSeconds / step)).filter(Number.isInteger).map((n) => frame.fromMs + n * step * 1000);
}
