import type { Millis } from '../../src/kernel/clock.ts';
import type { Random } from '../../src/kernel/random.ts';
import type { Diagnostician } from '../../src/diagnosis/contract.ts';
import type { Ports } from '../../src/ports/ports.ts';
import type { Subject } from '../../src/subjects/contract.ts';
import type { RunningCluster } from '../clusters/contract.ts';
import type { BundleWriter } from '../history/bundle-writer.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Injection } from './answer.ts';
import type { ControlRecorder } from './control-recorder.ts';
import type { Operator } from './operator.ts';
import type { Rhythm } from './rhythm.ts';

/** Everything that the acts of one run share. */
export interface Stage {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly diagnostician: Diagnostician;
  readonly cluster: RunningCluster;
  /** The cluster's ports with the control plane recorded on the way. */
  readonly ports: Ports;
  readonly control: ControlRecorder;
  readonly recorder: HistoryRecorder;
  readonly writer: BundleWriter;
  readonly operator: Operator;
  /** Decides what is struck; the same for the same seed. */
  readonly targets: Random;
  readonly signal: AbortSignal;
  readonly startMs: Millis;
  /** What was broken so far, in order; ended ones have `toMs`. */
  readonly injections: Injection[];
  /** Ends what a fault began, by alias, while it is still open. */
  readonly reverts: Map<string, () => Promise<void>>;
  /** What goes on with injections, by alias: they come and go, or grow. */
  readonly rhythms: Map<string, Rhythm>;
}
