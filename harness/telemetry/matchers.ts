import { RE2JS } from 're2js';

/** How a matcher compares: equal, different, regex, not regex. */
export type MatchOp = '=' | '!=' | '=~' | '!~';

/** One condition on one label; a missing label counts as the empty string. */
export interface Matcher {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
  readonly test: (value: string) => boolean;
}

const maxRegexLength = 10_000;

/** Builds a matcher; throws an error with RE2's reason where the regex does not compile. */
export function matcher(label: string, op: MatchOp, value: string): Matcher {
  return { label, op, value, test: tester(op, value) };
}

function tester(op: MatchOp, value: string): (text: string) => boolean {
  if (op === '=') return (text) => text === value;
  if (op === '!=') return (text) => text !== value;
  const matches = remembered(anchoredRegex(value));
  return op === '=~' ? matches : (text) => !matches(text);
}

/**
 * Tests whole strings against RE2 syntax. Shapes that dashboards use everywhere (`.*`, `.+`, `a|b|c`, plain text)
 * need no engine.
 */
export function anchoredRegex(source: string): (text: string) => boolean {
  if (source.length > maxRegexLength) throw new Error(`regex longer than ${maxRegexLength} characters`);
  if (source === '.*') return () => true;
  if (source === '.+') return (text) => text !== '';
  if (/^[\w:/ -]*(\|[\w:/ -]*)*$/.test(source)) {
    const choices = new Set(source.split('|'));
    return (text) => choices.has(text);
  }
  const compiled = compileAnchored(source);
  return (text) => compiled.matches(text);
}

/** Compiles as Prometheus 3 does: anchored at both ends, `.` matches line breaks too. */
export function compileAnchored(source: string): RE2JS {
  return RE2JS.compile(`^(?s:${source})$`);
}

/** Label values repeat over thousands of series: each distinct value is tested once. */
function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    let answer = known.get(text);
    if (answer === undefined) known.set(text, (answer = test(text)));
    return answer;
  };
}
