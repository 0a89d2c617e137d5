/** A fault of the world: a stable code, a cause in words, and one sentence that says what to do. */
export interface Failure {
  /** Stable and greppable, e.g. `LAB_PD_UNREACHABLE`. */
  readonly code: string;
  readonly because: string;
  readonly advice?: string;
}

/** An answer that may be a fault of the world. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Wraps a good answer. */
export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Wraps a fault of the world. */
export const failed = (code: string, because: string, advice?: string): Result<never> => ({
  ok: false,
  failure: advice === undefined ? { code, because } : { code, because, advice },
});

/** A {@link Failure} on its way up the stack, where returning it through every caller would hide the story. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly failure: Failure;
  /** What the process should exit with: 2 usage, 3 inconclusive, 4 infrastructure. */
  readonly exitCode: number;

  constructor(failure: Failure, exitCode: number, options?: ErrorOptions) {
    super(failure.because, options);
    this.failure = failure;
    this.exitCode = exitCode;
  }
}

/** The value, or a {@link LabError} that ends the command with `exitCode`. */
export function orThrow<T>(result: Result<T>, exitCode = 4): T {
  if (result.ok) return result.value;
  throw new LabError(result.failure, exitCode);
}
