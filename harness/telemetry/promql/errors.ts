/** A query that cannot be read or typed: Prometheus answers 400 `bad_data`. */
export class PromqlSyntaxError extends Error {
  override readonly name = 'PromqlSyntaxError';
}

/** A query that fails while it runs: Prometheus answers 422 `execution`. */
export class PromqlExecutionError extends Error {
  override readonly name = 'PromqlExecutionError';
}

/** A query that was stopped because it costs too much: Prometheus answers 503 `timeout`. */
export class PromqlTimeoutError extends Error {
  override readonly name = 'PromqlTimeoutError';
}

/** `1:7: parse error: …`, with line and column counted from 1. */
export function syntaxError(text: string, from: number, because: string): PromqlSyntaxError {
  return new PromqlSyntaxError(`${position(text, from)}: parse error: ${because}`);
}

/** Line and column of an offset, counted from 1; a column is a byte of UTF-8, as in Prometheus. */
export function position(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const start = before.lastIndexOf('\n') + 1;
  return `${line}:${offset - before.length + Buffer.byteLength(before.slice(start)) + 1}`;
}
