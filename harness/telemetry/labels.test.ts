import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelSet, compareLabels, compareText } from './labels.ts';

const labels = fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), { maxKeys: 5 });

test('text is ordered by its UTF-8 bytes, also beyond the basic plane', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
  expect(compareText('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
});

test('two label sets are equal exactly when their keys are', () => {
  const present = (record: Record<string, string>) => Object.entries(record).filter(([, value]) => value !== '').sort();
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      const equal = JSON.stringify(present(a)) === JSON.stringify(present(b));
      expect(LabelSet.from(a).key === LabelSet.from(b).key).toBe(equal);
      expect(compareLabels(LabelSet.from(a), LabelSet.from(b)) === 0).toBe(equal);
    }),
  );
});

test('setting a label is the same as having had it from the start', () => {
  fc.assert(
    fc.property(labels, fc.string({ minLength: 1 }), fc.string(), (record, name, value) => {
      expect(LabelSet.from(record).with(name, value).key).toBe(LabelSet.from({ ...record, [name]: value }).key);
    }),
  );
});

test('an empty value removes a label, and a missing label reads as empty', () => {
  const set = LabelSet.from({ job: 'tikv', type: '' });
  expect(set.get('type')).toBe('');
  expect(set.with('job', '').size).toBe(0);
});
