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

test('label sets are in order of names and values, pair by pair, whatever is in them', () => {
  const odd = fc.string({ unit: fc.constantFrom(' ', 'a', 'b', '~', '\u0001', '\u001f', '\n', '\u00e4', '\uffee', '\u{1F600}'), maxLength: 3 });
  const few = fc.dictionary(odd.filter((name) => name !== ''), odd, { maxKeys: 3 });
  fc.assert(
    fc.property(few, few, (a, b) => {
      const [one, other] = [LabelSet.from(a), LabelSet.from(b)];
      const at = one.pairs.findIndex((text, i) => text !== other.pairs[i]);
      const order = at < 0 ? one.pairs.length - other.pairs.length : at >= other.pairs.length ? 1 : compareText(one.pairs[at] ?? '', other.pairs[at] ?? '');
      expect(Math.sign(compareLabels(one, other))).toBe(Math.sign(order));
    }),
    { numRuns: 2_000 },
  );
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
