import type { z } from 'zod';
import { nearest } from '../../src/kernel/text.ts';
import { spell, valueAt, type Finding } from './problem.ts';
import { exampleAt, keysAt } from './schema-shape.ts';
import { flattenIssues, type LeafIssue } from './zod-unions.ts';

/** What a schema refused: the sentences for the author, and the paths whose values cannot be used. */
export interface Refusal {
  readonly findings: readonly Finding[];
  readonly unusable: readonly (readonly PropertyKey[])[];
}

/** Turns a schema's issues into findings; `base` is where the checked data stands in the document. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], checked: { schema: z.core.$ZodType; data: unknown; base?: readonly PropertyKey[] }): Refusal {
  const leaves = flattenIssues(issues);
  const base = checked.base ?? [];
  const findings = withoutEchoes(leaves.flatMap((leaf) => findingsOfLeaf(leaf, checked))).map((finding) => ({ ...finding, path: [...base, ...finding.path] }));
  const unusable = leaves.flatMap((leaf) => (leaf.code === 'unrecognized_keys' ? leaf.keys.map((key) => [...leaf.path, key]) : [leaf.path]));
  return { findings, unusable: unusable.map((path) => [...base, ...path]) };
}

function findingsOfLeaf(leaf: LeafIssue, checked: { schema: z.core.$ZodType; data: unknown; base?: readonly PropertyKey[] }): Finding[] {
  if (leaf.code === 'unrecognized_keys') return leaf.keys.map((key) => unknownKey(leaf, key, checked));
  const value = valueAt(checked.data, leaf.path);
  const name = spell([...(checked.base ?? []), ...leaf.path]) || 'the file';
  if (value === undefined && leaf.path.length > 0) return [{ ...errorAt(leaf.path, 'key'), message: `${name} is missing` }];
  return [{ ...errorAt(leaf.path, 'value'), ...wrongValue(leaf, { name, value, example: exampleAt(checked.schema, leaf.path) }) }];
}

// A mistyped key is also a missing one: the mistake is reported once, where it was typed.
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const sameMap = (a: Finding, b: Finding): boolean => spell(a.path.slice(0, -1)) === spell(b.path.slice(0, -1));
  return findings.filter((one) => {
    const wanted = `did you mean "${String(one.path.at(-1))}"?`;
    return !one.message.endsWith(' is missing') || !findings.some((other) => other.suggestion === wanted && sameMap(one, other));
  });
}

function errorAt(path: readonly PropertyKey[], spot: Finding['spot']): Pick<Finding, 'severity' | 'path' | 'spot'> {
  return { severity: 'error', path, spot };
}

function unknownKey(leaf: LeafIssue, key: string, { schema, data }: { schema: z.core.$ZodType; data: unknown }): Finding {
  const known = keysAt(schema, leaf.path);
  const at = { ...errorAt([...leaf.path, key], 'key') };
  const cutOff = valueAt(data, [...leaf.path, key]) === null && nearest(key, known) === undefined;
  if (cutOff) return { ...at, message: 'this text is cut off: inside { } a comma ends a value', suggestion: 'put the whole text in quotes' };
  if (leaf.alternatives !== undefined && known.includes(key))
    return { ...at, message: `"${key}" cannot stand beside the key before it`, suggestion: `give "${key}" a line of its own that begins with "- "` };
  return { ...at, message: `unknown key "${key}"`, ...suggestWord(key, leaf.alternatives?.length ? leaf.alternatives : known) };
}

function wrongValue(leaf: LeafIssue, at: { name: string; value: unknown; example: string | undefined }): Pick<Finding, 'message' | 'suggestion'> {
  const { name, value, example } = at;
  if (value === null) return { message: `${name} is empty` };
  const words = leaf.code === 'invalid_value' ? leaf.values.map(String) : leaf.code === 'invalid_union' && 'options' in leaf ? (leaf.options ?? []).map(String) : undefined;
  if (words !== undefined) return { message: `unknown ${name} ${show(value)}`, ...suggestWord(String(value), words) };
  if (leaf.code === 'too_small' && typeof value === 'number') return { message: `${name} must be ${leaf.inclusive === false ? 'more than' : 'at least'} ${leaf.minimum}, not ${value}` };
  if (leaf.code === 'too_big' && typeof value === 'number') return { message: `${name} must be ${leaf.inclusive === false ? 'less than' : 'at most'} ${leaf.maximum}, not ${value}` };
  if (leaf.code === 'too_small') return { message: `${name} is empty` };
  if (leaf.code === 'too_big' && Array.isArray(value)) return { message: `${name} has ${value.length} items, at most ${leaf.maximum} are read` };
  const wanted = leaf.code === 'invalid_type' ? (example === undefined ? typeWords(leaf.expected) : `text such as ${example}`) : leaf.message;
  return { message: `${name} must be ${wanted}, not ${show(value)}`, ...suggestForm(value, example) };
}

function typeWords(expected: string): string {
  const words: Record<string, string> = { string: 'text', number: 'a number', int: 'a whole number', object: 'a map of keys', record: 'a map of keys', array: 'a list', boolean: 'true or false' };
  return words[expected] ?? expected;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a map of keys';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** `did you mean …?`, or the list of words where none is near and the list is short. */
export function suggestWord(word: string, known: readonly string[]): { suggestion?: string } {
  const near = nearest(word, known);
  if (near !== undefined) return { suggestion: `did you mean "${near}"?` };
  if (known.length > 30) return { suggestion: 'docs/scenario.md lists the words' };
  return known.length > 0 ? { suggestion: `known: ${known.join(', ')}` } : {};
}

function suggestForm(value: unknown, example: string | undefined): { suggestion?: string } {
  const better = betterForm(value, example);
  return better === undefined ? {} : { suggestion: `did you mean ${better}?` };
}

function betterForm(value: unknown, example: string | undefined): string | undefined {
  if (example === undefined) return undefined;
  if (typeof value === 'number') return example.endsWith('/s') ? `${value}/s` : /\d+s$/.test(example) ? `${value}s` : undefined;
  if (typeof value !== 'string') return undefined;
  const span = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)[a-z]*$/i.exec(value);
  if (span && /^\d+(ms|s|m)$/.test(example)) return `${span[1]}${(span[2] ?? '').toLowerCase()}`;
  const kebab = value.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return /^[a-z][a-z0-9-]*$/.test(kebab) && /^[a-z-]+$/.test(example) ? kebab : undefined;
}
