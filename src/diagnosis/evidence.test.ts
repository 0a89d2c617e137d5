import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../kernel/json.ts';
import type { Evidence, ToolObservation } from './contract.ts';
import { checkEvidence } from './evidence.ts';

const shown = (answer: Json, id: `O${number}` = 'O1'): ToolObservation => ({ id, tool: 'query', args: {}, atMs: 1_000, ok: true, answer });
const cite = (more: Partial<Evidence>): Evidence => ({ id: 'E1', claim: 'something', observation: 'O1', ...more });

const metrics: Json = { resultType: 'vector', result: [{ metric: { instance: 'tikv-2:20180' }, value: [1_700_000_000, '0.58'] }, { metric: { 'a/b': 'x~y' }, value: [1_700_000_000, '+Inf'] }] };

describe('a citation of something that was shown', () => {
  test.each([
    ['a numeric text equals its number', '/result/0/value/1', { op: 'eq', value: 0.58 }, 'matches'],
    ['a number equals its numeric text', '/result/0/value/0', { op: 'eq', value: '1700000000' }, 'matches'],
    ['a wrong number differs', '/result/0/value/1', { op: 'eq', value: 0.5 }, 'differs'],
    ['ne is the other way round', '/result/0/value/1', { op: 'ne', value: 0.5 }, 'matches'],
    ['above a bound', '/result/0/value/1', { op: 'gt', value: 0.5 }, 'matches'],
    ['not above itself', '/result/0/value/1', { op: 'gt', value: 0.58 }, 'differs'],
    ['at least itself', '/result/0/value/1', { op: 'ge', value: 0.58 }, 'matches'],
    ['below a bound', '/result/0/value/1', { op: 'lt', value: 0.5 }, 'differs'],
    ['at most itself', '/result/0/value/1', { op: 'le', value: '0.58' }, 'matches'],
    ['about, within five per cent', '/result/0/value/1', { op: 'approx', value: 0.6 }, 'matches'],
    ['not about, beyond five per cent', '/result/0/value/1', { op: 'approx', value: 0.7 }, 'differs'],
    ['about, within what is allowed', '/result/0/value/1', { op: 'approx', value: 0.7, tolerance: 0.12 }, 'matches'],
    ['infinity is above everything', '/result/1/value/1', { op: 'gt', value: 1e300 }, 'matches'],
    ['a part of a text', '/result/0/metric/instance', { op: 'contains', value: 'tikv-2' }, 'matches'],
    ['a part of the JSON of a value', '/result/0', { op: 'contains', value: '"instance":"tikv-2' }, 'matches'],
    ['a text that is not in it', '', { op: 'contains', value: 'tikv-9' }, 'differs'],
    ['an order of texts is no order', '/result/0/metric/instance', { op: 'gt', value: 'a' }, 'differs'],
    ['escaped keys', '/result/1/metric/a~1b', { op: 'eq', value: 'x~y' }, 'matches'],
    ['something is there', '/result/0', { op: 'exists' }, 'matches'],
    ['nothing is there, as said', '/result/2', { op: 'absent' }, 'matches'],
    ['something is there against what is said', '/result/0', { op: 'absent' }, 'differs'],
    ['a path that leads nowhere', '/result/7/value/1', { op: 'eq', value: 1 }, 'not-found'],
    ['existence of a path that leads nowhere', '/result/7', { op: 'exists' }, 'not-found'],
    ['a comparison with nothing', '/result/0/value/1', { op: 'eq' }, 'unchecked'],
  ] as const)('%s', (_, path, asserts, check) => {
    expect(checkEvidence(cite({ path, asserts }), [shown(metrics)]).check).toBe(check);
  });

  test('the value that was found comes with the verdict, in words that name both', () => {
    const checked = checkEvidence(cite({ path: '/result/0/value/1', asserts: { op: 'gt', value: 0.9 } }), [shown(metrics)]);
    expect(checked).toEqual({ id: 'E1', check: 'differs', found: '0.58', reason: 'O1/result/0/value/1 is "0.58", said to be above 0.9' });
  });

  test('without an assertion nothing is checked, but the place must be there', () => {
    expect(checkEvidence(cite({ path: '/result/0' }), [shown(metrics)]).check).toBe('unchecked');
    expect(checkEvidence(cite({}), [shown(metrics)]).check).toBe('unchecked');
    expect(checkEvidence(cite({ path: '/nowhere' }), [shown(metrics)]).check).toBe('not-found');
  });

  test('true, false and null are values like others', () => {
    const answer: Json = { health: false, error: null };
    expect(checkEvidence(cite({ path: '/health', asserts: { op: 'eq', value: false } }), [shown(answer)]).check).toBe('matches');
    expect(checkEvidence(cite({ path: '/health', asserts: { op: 'eq', value: true } }), [shown(answer)]).check).toBe('differs');
    expect(checkEvidence(cite({ path: '/health', asserts: { op: 'eq', value: 0 } }), [shown(answer)]).check).toBe('differs');
    expect(checkEvidence(cite({ path: '/error', asserts: { op: 'exists' } }), [shown(answer)]).check).toBe('matches');
    expect(checkEvidence(cite({ path: '/error', asserts: { op: 'absent' } }), [shown(answer)]).check).toBe('differs');
  });

  test('empty text is not zero', () => {
    expect(checkEvidence(cite({ path: '/v', asserts: { op: 'eq', value: 0 } }), [shown({ v: '' })]).check).toBe('differs');
    expect(checkEvidence(cite({ path: '/v', asserts: { op: 'lt', value: 1 } }), [shown({ v: '' })]).check).toBe('differs');
  });
});

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const ops = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'approx', 'contains', 'absent', 'exists') as fc.Arbitrary<NonNullable<Evidence['asserts']>['op']>;
const value = fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.boolean());

describe('whatever is cited', () => {
  test('an observation that was never shown is not found, whatever it is said to hold', () => {
    fc.assert(fc.property(json, ops, value, fc.string(), (answer, op, said, path) => {
      expect(checkEvidence(cite({ observation: 'O2', path, asserts: { op, value: said } }), [shown(answer)]).check).toBe('not-found');
    }));
  });

  test('a value that is copied from the answer matches, and its opposite does not', () => {
    fc.assert(fc.property(fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.boolean()), (copied) => {
      const answer = [shown({ here: [copied] })];
      expect(checkEvidence(cite({ path: '/here/0', asserts: { op: 'eq', value: copied } }), answer).check).toBe('matches');
      expect(checkEvidence(cite({ path: '/here/0', asserts: { op: 'ne', value: copied } }), answer).check).toBe('differs');
    }));
  });

  test('of two numbers exactly one of less, equal and more holds, as numbers or as Prometheus writes them', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), fc.boolean(), (held, said, asText) => {
      const answer = [shown({ v: asText ? String(held).replace(/^(-?)Infinity$/, (_, sign: string) => `${sign || '+'}Inf`) : held } as Json)];
      const outcomes = (['lt', 'eq', 'gt'] as const).map((op) => checkEvidence(cite({ path: '/v', asserts: { op, value: said } }), answer).check);
      expect(outcomes.filter((outcome) => outcome === 'matches')).toHaveLength(1);
    }));
  });

  test('the order of observations and other observations change nothing', () => {
    fc.assert(fc.property(json, json, ops, value, (answer, other, op, said) => {
      const evidence = cite({ path: '/0', asserts: { op, value: said } });
      expect(checkEvidence(evidence, [shown(other, 'O2'), shown(answer)])).toEqual(checkEvidence(evidence, [shown(answer), shown(other, 'O2')]));
    }));
  });
});
