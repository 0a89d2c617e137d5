/** A bug in the lab itself; commands end with exit code 70 when they meet one. */
export class Bug extends Error {
  override readonly name = 'Bug';
}

/** Stops at a state that only a programming error can reach. Faults of the world are {@link Result} values instead. */
export function assert(condition: unknown, because: string): asserts condition {
  if (!condition) throw new Bug(because);
}

/** Makes the compiler prove that a switch is exhaustive. */
export function assertNever(value: never): never {
  throw new Bug(`unreachable value: ${JSON.stringify(value)}`);
}

/** Returns the value, or stops: for look-ups that cannot miss unless the code is wrong. */
export function defined<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `missing: ${what}`);
  return value;
}
