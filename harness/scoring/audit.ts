import { atPointer } from '../../src/kernel/json.ts';
import type { Evidence, ToolObservation } from '../../src/diagnosis/contract.ts';
import type { EvidenceCheck } from '../history/bundle.ts';

type Check = (evidence: Evidence, observations: readonly ToolObservation[]) => EvidenceCheck;

/** All citations of a diagnosis, checked against what was really shown. */
export interface Audit {
  readonly checks: readonly EvidenceCheck[];
  readonly matching: number;
  /** Cited an observation that was never shown, or a value that its observation nowhere holds. */
  readonly fabricated: readonly EvidenceCheck[];
  /** Something was cited, nothing is made up, and more citations hold than fail. */
  readonly holds: boolean;
  /** Whether every citation with this id matches. */
  readonly confirms: (evidenceId: string) => boolean;
}

const foundLengthMax = 400;

/** Checks each citation; one that cannot be checked stays unchecked with the reason. */
export function auditEvidence(evidence: readonly Evidence[], observations: readonly ToolObservation[], check: Check): Audit {
  const checks = evidence.map((entry) => safely(entry, observations, check));
  const fabricated = checks.filter((each, index) => isMadeUp(each, evidence[index] as Evidence, observations));
  const matching = checks.filter((each) => each.check === 'matches').length;
  const failing = checks.filter((each) => each.check === 'differs' || each.check === 'not-found').length;
  const confirmed = new Set(checks.filter((each) => each.check === 'matches').map((each) => each.id));
  for (const each of checks) if (each.check !== 'matches') confirmed.delete(each.id);
  return { checks, matching, fabricated, holds: fabricated.length === 0 && matching > failing, confirms: (id) => confirmed.has(id) };
}

function safely(entry: Evidence, observations: readonly ToolObservation[], check: Check): EvidenceCheck {
  try {
    const checked = bounded(check(entry, observations));
    return checked.check === 'matches' && saysNothing(entry, observations) ? { ...checked, check: 'unchecked', reason: `${checked.reason}, which would hold of any answer` } : checked;
  } catch (error) {
    return { id: entry.id, check: 'unchecked', reason: `the check failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** That a whole answer exists, or that a thing is missing from a place that is missing itself, supports no claim. */
function saysNothing({ observation, path = '', asserts }: Evidence, observations: readonly ToolObservation[]): boolean {
  if (asserts?.op === 'exists') return path === '' || path === '/';
  if (asserts?.op !== 'absent') return false;
  const shown = observations.find((each) => each.id === observation);
  return atPointer(shown?.answer, path.slice(0, path.lastIndexOf('/'))) === undefined;
}

/** Keeps a scorecard readable when a citation points at a whole answer. */
function bounded(check: EvidenceCheck): EvidenceCheck {
  if ((JSON.stringify(check.found) ?? '').length <= foundLengthMax) return check;
  const { found: _tooLong, ...rest } = check;
  return rest;
}

/** A mistyped pointer to a value that was shown is a slip, and so is a number that is not far off; a value that was shown nowhere is an invention. */
function isMadeUp({ check }: EvidenceCheck, entry: Evidence, observations: readonly ToolObservation[]): boolean {
  if (check !== 'not-found' && check !== 'differs') return false;
  const cited = observations.find((observation) => observation.id === entry.observation);
  if (cited === undefined) return true;
  const asserted = entry.asserts?.value;
  const namesItsValue = entry.asserts !== undefined && ['eq', 'approx', 'contains'].includes(entry.asserts.op);
  if (asserted === undefined || !namesItsValue) return false;
  const found = atPointer(cited.answer, entry.path ?? '');
  if (found !== undefined && typeof asserted === 'number' && isNear(asserted, found)) return false;
  return !holdsAnywhere(cited.answer, asserted, entry.asserts?.tolerance);
}

/** Within a factor of two and of the same sign: read or rounded wrongly, not invented. */
function isNear(asserted: number, found: unknown): boolean {
  const shown = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  return typeof shown === 'number' && Math.abs(asserted - shown) <= Math.max(Math.abs(asserted), Math.abs(shown)) / 2;
}

function holdsAnywhere(value: unknown, wanted: number | string | boolean, tolerance?: number): boolean {
  if (value !== null && typeof value === 'object') return Object.values(value).some((part) => holdsAnywhere(part, wanted, tolerance));
  if (typeof wanted !== 'number') return String(value).toLowerCase().includes(String(wanted).toLowerCase());
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number - wanted) <= (tolerance ?? Math.abs(wanted) * 0.05);
}
