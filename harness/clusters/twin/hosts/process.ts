import { assert } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import type { ProcessState } from '../../contract.ts';
import type { Engine } from '../engine.ts';

/** What a program does when the operating system acts on its process. */
export interface Program {
  readonly started: () => void;
  /** SIGTERM arrived; the program decides when it exits. */
  readonly terminated: () => void;
  /** The process is gone; `clean` when it went by itself. */
  readonly exited: (clean: boolean) => void;
  readonly paused: () => void;
  readonly resumed: () => void;
}

/** The supervisor's pause between an end and the next start: `RestartSec` of the unit files that TiUP writes. */
const restartMs: Millis = 15_000;

/**
 * A process slot of a host, with its supervisor: what ends by itself is started again, what is stopped or killed from
 * outside stays down until somebody starts it. Work that a program plans through {@link Process.after} dies with the process and waits
 * while it is paused, so no program needs to ask whether it is alive.
 */
export class Process {
  readonly #engine: Engine;
  #program: Program | undefined;
  #install: (() => void) | undefined;
  #state: ProcessState = 'exited';
  #restarts = 0;
  #livenessMs: Millis | undefined;
  #incarnation = 0;
  #pid: number;
  #startedMs: Millis = 0;
  #resumedMs: Millis | undefined;
  #deferred: (() => void)[] = [];

  constructor(engine: Engine, firstPid: number) {
    this.#engine = engine;
    this.#pid = firstPid;
  }

  get state(): ProcessState {
    return this.#state;
  }

  get startedMs(): Millis {
    return this.#startedMs;
  }

  /** Since when it has not been paused. */
  get unpausedMs(): Millis {
    return this.#resumedMs ?? this.#startedMs;
  }

  /** How often the supervisor has started it again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Counts its starts and its ends: 1 is its first life. */
  get incarnation(): number {
    return this.#incarnation;
  }

  get pid(): number {
    return this.#pid;
  }

  /** Says which program runs here, once. */
  load(program: Program): void {
    assert(this.#program === undefined, 'one program per process slot');
    this.#program = program;
  }

  /** Says what puts a program here when one is to be started for the first time. */
  empty(install: () => void): void {
    this.#install = install;
  }

  /** Starts the program, unless it runs already. */
  start(): void {
    if (this.#state !== 'exited') return;
    if (!this.#program) this.#install?.();
    this.#state = 'running';
    this.#incarnation++;
    this.#pid += 37;
    this.#startedMs = this.#engine.nowMs;
    this.#resumedMs = undefined;
    this.#program?.started();
    this.#watchLiveness();
  }

  /** SIGTERM; a paused process reads it only when it is resumed. */
  terminate(): void {
    if (this.#state === 'running') this.#program?.terminated();
    else if (this.#state === 'paused') this.#deferred.push(() => this.#program?.terminated());
  }

  /** SIGKILL from outside. */
  kill(): void {
    this.#leave(false);
  }

  /** It ends without being asked: the kernel's out-of-memory killer, a panic, a fatal error. The supervisor starts it again. */
  crash(): void {
    if (this.#state === 'exited') return;
    this.#leave(false);
    const incarnation = this.#incarnation;
    this.#engine.after(restartMs, () => {
      if (this.#incarnation !== incarnation || this.#state !== 'exited') return;
      this.#restarts++;
      this.start();
    });
  }

  /** A liveness probe that always fails: the supervisor kills the program so long after each start. `undefined` repairs it. */
  failLiveness(killAfterMs: Millis | undefined): void {
    this.#livenessMs = killAfterMs;
    if (killAfterMs === undefined) this.start();
    else this.crash();
  }

  /** The program returns from main. */
  exit(): void {
    this.#leave(true);
  }

  /** SIGSTOP. */
  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#program?.paused();
  }

  /** SIGCONT: everything that came due meanwhile happens now. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#resumedMs = this.#engine.nowMs;
    this.#program?.resumed();
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const act of deferred) act();
  }

  /** Plans work of this incarnation of the program. */
  after(spanMs: Millis, act: () => void): void {
    const incarnation = this.#incarnation;
    const due = () => {
      if (incarnation !== this.#incarnation || this.#state === 'exited') return;
      if (this.#state === 'paused') this.#deferred.push(due);
      else act();
    };
    this.#engine.after(spanMs, due);
  }

  /** Plans work for every period of this incarnation; a pause delays it and does not pile it up. */
  every(periodMs: Millis, firstMs: Millis, act: () => void): void {
    const again = () => {
      act();
      this.after(periodMs, again);
    };
    this.after(firstMs, again);
  }

  /** Moves the recorded start back: the warm-up's minute stands for hours. */
  backdate(startedMs: Millis): void {
    this.#startedMs = startedMs;
  }

  #watchLiveness(): void {
    const killAfterMs = this.#livenessMs;
    if (killAfterMs === undefined) return;
    this.after(killAfterMs, () => {
      if (this.#livenessMs !== undefined) this.crash();
    });
  }

  #leave(clean: boolean): void {
    if (this.#state === 'exited') return;
    this.#state = 'exited';
    this.#incarnation++;
    this.#deferred = [];
    this.#program?.exited(clean);
  }
}
