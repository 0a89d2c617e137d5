import { describe, expect, it } from 'vitest';
import { quantity, signedSpan, virtualTime } from './format.ts';

describe('numbers for people', () => {
  it.each([
    [0.0142, 'seconds', '14.2 ms'], [1.5, 'seconds', '1.5 s'], [0, 'seconds', '0 s'], [0.7, 'ratio', '70 %'], [6_253_772_800, 'bytes', '5.82 GiB'], [512, 'bytes', '512 B'],
    [40, 'count', '40'], [125_000, 'count', '125 k'], [2031.6, 'per-second', '2030/s'], [3, 'furlongs', '3 furlongs'], [Number.NaN, 'count', 'NaN'],
  ])('%d in %s reads %s', (value, unit, text) => {
    expect(quantity(value, unit)).toBe(text);
  });

  it('virtual time counts from the start of the run', () => {
    expect([0, 203_000, 3_723_000, -5_000].map(virtualTime)).toEqual(['0:00', '3:23', '1:02:03', '-0:05']);
  });

  it('a span from the fault has a sign', () => {
    expect([0, 300, 23_000, 125_000, -4_000].map(signedSpan)).toEqual(['+0 s', '+0.3 s', '+23 s', '+2m05s', '-4 s']);
  });
});
