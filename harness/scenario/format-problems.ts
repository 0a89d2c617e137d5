import { hasErrors, type Problem } from './problem.ts';

/** How problems are shown. */
export interface ProblemStyle {
  readonly colour?: boolean;
}

const red = 31;
const amber = 33;
const faint = 2;

/** All problems as text, each with its place, the lines around it and a caret, then the counts. */
export function formatProblems(problems: readonly Problem[], style: ProblemStyle = {}): string {
  return [...problems.map((problem) => formatProblem(problem, style)), countsOf(problems)].join('\n');
}

function formatProblem(problem: Problem, { colour = false }: ProblemStyle): string {
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const word = paint(problem.severity === 'error' ? red : amber, problem.severity.padEnd(5));
  const head = `${problem.file}:${problem.line}:${problem.column}  ${word}  ${printable(problem.message)}`;
  if (problem.excerpt.length === 0) return problem.suggestion === undefined ? head : `${head}; ${printable(problem.suggestion)}`;
  const frame = problem.excerpt.map(({ line, text }) => paint(faint, gutter(String(line))) + printable(text));
  const caret = `${' '.repeat(problem.column - 1)}${'^'.repeat(problem.length)}`;
  const hint = problem.suggestion === undefined ? '' : `  ${printable(problem.suggestion)}`;
  return [head, ...frame, `${paint(faint, gutter(''))}${paint(problem.severity === 'error' ? red : amber, caret)}${hint}`].join('\n');
}

function gutter(number: string): string {
  return `${number.padStart(4)} | `;
}

// Invisible characters become dots, one for one: the caret below must still point at its column.
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => (character === '\t' ? ' ' : '\u00b7'.repeat(character.length)));
}

/** `2 errors, 1 warning   docs: docs/scenario.md`. */
export function countsOf(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => hasErrors([problem])).length;
  const warnings = problems.length - errors;
  const counts = [counted(errors, 'error'), ...(warnings > 0 ? [counted(warnings, 'warning')] : [])];
  return `${counts.join(', ')}   docs: docs/scenario.md`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
