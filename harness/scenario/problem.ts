/** How bad a problem is: an `error` refuses the file, a `warn` only says so. */
export type Severity = 'error' | 'warn';

/** A place in a file; lines and columns count from 1, `length` is what a caret underlines. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** One thing that is wrong with a scenario file, ready to be shown. */
export interface Problem extends Place {
  readonly severity: Severity;
  readonly file: string;
  readonly message: string;
  /** What to write instead, e.g. `did you mean "disk-slow"?`. */
  readonly suggestion?: string;
  /** The line with the problem, after the line before it; empty where there is no text to show. */
  readonly excerpt: readonly { readonly line: number; readonly text: string }[];
}

/** Something wrong at a path of the document, before it has a line number. */
export interface Finding {
  readonly severity: Severity;
  readonly path: readonly PropertyKey[];
  /** Whether the key or its value is to be underlined. */
  readonly spot: 'key' | 'value';
  readonly message: string;
  readonly suggestion?: string;
}

/** Whether the file must be refused. */
export const hasErrors = (problems: readonly Problem[]): boolean => problems.some((problem) => problem.severity === 'error');

/** A path as an author writes about it: `truth.causes[0].kind`. */
export function spell(path: readonly PropertyKey[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('');
}

/** The value at a path of plain data, or `undefined` where nothing is there. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let here = data;
  for (const part of path) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<PropertyKey, unknown>)[part];
  }
  return here;
}

/** The line with a problem and the one before it. */
export function excerptAt(text: string, line: number): Problem['excerpt'] {
  const lines = text.split(/\r?\n/);
  return [line - 1, line]
    .filter((number) => number >= 1 && lines[number - 1] !== undefined)
    .map((number) => ({ line: number, text: lines[number - 1] ?? '' }));
}
