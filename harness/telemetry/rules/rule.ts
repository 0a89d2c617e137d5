import type { Millis } from '../../../src/kernel/clock.ts';
import type { Labels } from '../contract.ts';

/** Writes the result of an expression as new series. */
export interface RecordingRule {
  readonly kind: 'recording';
  /** Name of the series. */
  readonly name: string;
  readonly expr: string;
  readonly labels: Labels;
}

/** Watches an expression: every series of its result is an alert. */
export interface AlertingRule {
  readonly kind: 'alerting';
  readonly name: string;
  readonly expr: string;
  /** How long a series must be there before its alert fires. */
  readonly forMs: Millis;
  /** How long an alert goes on firing after its series is gone. */
  readonly keepFiringForMs: Millis;
  /** Templates, as annotations are. */
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** A rule of a rule file. */
export type Rule = RecordingRule | AlertingRule;

/** Rules that are evaluated together, one after the other, at one instant. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: Millis;
  /** Most series or alerts of one rule; 0 for any number. */
  readonly limit: number;
  /** Looks this far into the past, for samples that come late. */
  readonly queryOffsetMs: Millis;
  readonly rules: readonly Rule[];
}
