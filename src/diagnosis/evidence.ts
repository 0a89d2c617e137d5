import { atPointer } from '../kernel/json.ts';
import type { Evidence, ToolObservation } from './contract.ts';

/** What became of one citation: `unchecked` means that it asserts nothing that code could compare. */
export type CheckOutcome = 'matches' | 'differs' | 'not-found' | 'unchecked';

/** One citation held against what was really shown. */
export interface CheckedEvidence {
  readonly id: string;
  readonly check: CheckOutcome;
  readonly reason: string;
  /** The value that the observation holds at the cited path, where there is one. */
  readonly found?: unknown;
}

type Asserts = NonNullable<Evidence['asserts']>;
type Verdict = Pick<CheckedEvidence, 'check' | 'reason'>;

/** The part of `value` that `approx` allows when no tolerance is given. */
const defaultApproxShare = 0.05;

/** Compares a cited claim with the observations of the same session. Pure: the judge and an agent's own audit both use it. */
export function checkEvidence(evidence: Evidence, observations: readonly ToolObservation[]): CheckedEvidence {
  const shown = observations.find((observation) => observation.id === evidence.observation);
  if (!shown) return { id: evidence.id, check: 'not-found', reason: `observation ${evidence.observation} was never shown` };
  const path = evidence.path ?? '';
  const found = atPointer(shown.answer, path);
  if (!evidence.asserts) return unasserted(evidence, found);
  const verdict = compare(evidence.asserts, found, `${evidence.observation}${path}`);
  return found === undefined ? { id: evidence.id, ...verdict } : { id: evidence.id, ...verdict, found };
}

function unasserted({ id, observation, path = '' }: Evidence, found: unknown): CheckedEvidence {
  if (found === undefined) return { id, check: 'not-found', reason: `${observation} holds nothing at ${path}` };
  return { id, check: 'unchecked', reason: 'the claim asserts no value', found };
}

function compare(asserts: Asserts, found: unknown, where: string): Verdict {
  const { op, value } = asserts;
  if (op === 'absent') return judged(found === undefined, `${where} is ${found === undefined ? 'absent' : show(found)}`);
  if (found === undefined) return { check: 'not-found', reason: `there is nothing at ${where}` };
  if (op === 'exists') return judged(true, `${where} is ${show(found)}`);
  if (value === undefined) return { check: 'unchecked', reason: `${op} needs a value to compare with` };
  return judged(holds({ ...asserts, value }, found), `${where} is ${show(found)}, said to be ${words[op]} ${show(value)}${within(asserts)}`);
}

const judged = (holds: boolean, reason: string): Verdict => ({ check: holds ? 'matches' : 'differs', reason });

const words: Record<Asserts['op'], string> = {
  eq: 'equal to', ne: 'other than', lt: 'below', le: 'at most', gt: 'above', ge: 'at least', approx: 'about', contains: 'a text with', absent: 'absent', exists: 'there',
};

const within = ({ op, tolerance }: Asserts): string => (op === 'approx' && tolerance !== undefined ? ` ± ${tolerance}` : '');

function holds({ op, value, tolerance }: Asserts & { value: string | number | boolean }, found: unknown): boolean {
  if (op === 'contains') return textOf(found).includes(String(value));
  if (op === 'eq') return same(found, value);
  if (op === 'ne') return !same(found, value);
  const [left, right] = [asNumber(found), asNumber(value)];
  if (left === undefined || right === undefined) return false;
  switch (op) {
    case 'lt': return left < right;
    case 'le': return left <= right;
    case 'gt': return left > right;
    case 'ge': return left >= right;
    case 'approx': return left === right || Math.abs(left - right) <= (tolerance ?? Math.abs(right) * defaultApproxShare);
    default: return false;
  }
}

/** A number and the text of the same number are equal; other values only to themselves. */
function same(found: unknown, value: string | number | boolean): boolean {
  if (found === value) return true;
  if (typeof found === 'boolean' || typeof value === 'boolean') return String(found) === String(value);
  const [left, right] = [asNumber(found), asNumber(value)];
  if (left === undefined || right === undefined) return false;
  return left === right || (Number.isNaN(left) && Number.isNaN(right));
}

const specialNumbers: Readonly<Record<string, number>> = { NaN: Number.NaN, '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity };

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (Object.hasOwn(specialNumbers, text)) return specialNumbers[text];
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : textOf(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
