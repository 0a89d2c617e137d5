import { z } from 'zod';
import type { Fault } from '../faults/contract.ts';

/** A parameter as JSON Schema describes it, as far as values for it can be made up. */
interface Described {
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * Parameters for any fault, also for one that nobody has thought of yet: each of its own is left alone or, as one of the
 * `draws` says, becomes another value of its kind. What the fault refuses is not used.
 */
export function parametersOf(fault: Fault, draws: readonly number[]): unknown {
  const { properties = {} } = z.toJSONSchema(fault.params, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Described> };
  let given: Record<string, unknown> = {};
  Object.entries(properties).forEach(([name, described], at) => {
    const value = valueOf(described, draws[at % draws.length] ?? 0);
    const wanted = value === undefined ? given : { ...given, [name]: value };
    if (fault.params.safeParse(wanted).success) given = wanted;
  });
  return fault.params.parse(given);
}

const factors = [undefined, 0.25, 0.5, 2, 4] as const;

function valueOf(described: Described, draw: number): unknown {
  if (described.enum) return described.enum[draw % described.enum.length];
  if (described.type === 'boolean') return draw % 2 === 1;
  const factor = factors[draw % factors.length];
  if (factor === undefined || described.default === undefined) return undefined;
  if (typeof described.default === 'number') return clamp(described, described.type === 'integer' ? Math.round(described.default * factor) : described.default * factor);
  return typeof described.default === 'string' ? scaled(described.default, factor) : undefined;
}

const clamp = ({ minimum = -Infinity, maximum = Infinity }: Described, value: number): number => Math.max(minimum, Math.min(maximum, value));

/** `80ms` by four is `320ms`; what is no quantity stays. */
const scaled = (text: string, factor: number): string => text.replace(/^\d+/, (digits) => String(Math.max(1, Math.round(Number(digits) * factor))));
