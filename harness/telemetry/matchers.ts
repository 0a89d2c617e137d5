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
 * Tests whole strings against RE2 syntax. Shapes that dashboards use everywhere (`.*`, `.+`, plain text, `a|b.*|.*c`)
 * need no engine.
 */
export function anchoredRegex(source: string): (text: string) => boolean {
  if (source.length > maxRegexLength) throw new Error(`regex longer than ${maxRegexLength} characters`);
  if (source === '.*') return () => true;
  if (source === '.+') return (text) => text !== '';
  if (plainChoices.test(source)) return testOfChoices(source.split('|'));
  const compiled = compileAnchored(source);
  return (text) => compiled.matches(text);
}

const plainChoices = /^(\.\*)?[\w:/ -]*(\.\*)?(\|(\.\*)?[\w:/ -]*(\.\*)?)*$/;

/** Alternatives of plain text, each open at its start, at its end, or at both. */
function testOfChoices(choices: readonly string[]): (text: string) => boolean {
  const whole = new Set(choices);
  const open = choices.filter((choice) => choice.includes('.*')).map(testOfOpenChoice);
  return (text) => whole.has(text) || open.some((test) => test(text));
}

function testOfOpenChoice(choice: string): (text: string) => boolean {
  const literal = choice.replaceAll('.*', '');
  if (!choice.startsWith('.*')) return (text) => text.startsWith(literal);
  return choice.endsWith('.*') ? (text) => text.includes(literal) : (text) => text.endsWith(literal);
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
