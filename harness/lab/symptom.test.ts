import { describe, expect, it } from 'vitest';
import { findSymptom } from './symptom.ts';

const line = (values: readonly (number | null)[]) => [
  { id: 's', title: 'leaders', unit: 'count', lines: [{ name: 'tikv-1', points: values.flatMap((value, i) => (value === null ? [] : [[i * 1000, value] as const])) }] },
];
const quiet = { fromMs: 0, toMs: 9_000 };
const fault = { fromMs: 10_000, toMs: 19_000 };
const noisy = [40, 41, 39, 40, 40, 41, 39, 40, 40, 40];

describe('lab: the symptom test', () => {
  it('sees a level that leaves its quiet band', () => {
    expect(findSymptom(line([...noisy, ...Array(10).fill(0)]), quiet, fault)).toMatchObject({ rose: true, detail: 'leaders of tikv-1: 40 → 0' });
  });
  it('sees a line that ends', () => {
    expect(findSymptom(line([...noisy, ...Array(10).fill(null)]), quiet, fault).detail).toContain('ended');
  });
  it('does not call ordinary noise a symptom', () => {
    expect(findSymptom(line([...noisy, ...noisy]), quiet, fault).rose).toBe(false);
  });
});
