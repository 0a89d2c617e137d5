import type { TikvObservation } from '../observation.ts';

/** A measured number for people: three significant digits at most, no exponent. */
export const amount = (value: number): string => (Number.isFinite(value) ? String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))) : 'more than the histogram can tell');

/** A share as whole percent. */
export const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

/** Without a PD leader, what PD alone could tell is unknown. */
export const withoutLeadership = ({ controlPlane }: TikvObservation): boolean => controlPlane.state !== 'leading';
