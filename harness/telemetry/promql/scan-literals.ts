/** Where a literal ends, or what is wrong with it. */
export interface Scanned {
  readonly end: number;
  readonly wrong?: string;
  readonly duration?: boolean;
}

const escapeDigits: Readonly<Record<string, { readonly count: number; readonly base: number; readonly most: number }>> = {
  x: { count: 2, base: 16, most: 255 },
  u: { count: 4, base: 16, most: 0x10ffff },
  U: { count: 8, base: 16, most: 0x10ffff },
};
const octal = { count: 3, base: 8, most: 255 };

/** Reads a string with its quotes, in Prometheus' words where it is broken. */
export function scanString(text: string, from: number): Scanned {
  const quote = text[from] as string;
  for (let at = from + 1; ; ) {
    const mark = text[at];
    if (mark === quote) return { end: at + 1 };
    if (mark === undefined) return { end: at, wrong: quote === '`' ? 'unterminated raw string' : 'unterminated quoted string' };
    if (mark === '\n' && quote !== '`') return { end: at, wrong: 'unterminated quoted string' };
    if (mark === '\ufffd' || !String.fromCodePoint(text.codePointAt(at) as number).isWellFormed()) return { end: at, wrong: 'invalid UTF-8 rune' };
    if (mark === '\\' && quote !== '`') {
      const escape = scanEscape(text, at + 1, quote);
      if (escape.wrong !== undefined) return escape;
      at = escape.end;
    } else at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  }
}

function scanEscape(text: string, at: number, quote: string): Scanned {
  const mark = text[at];
  if (mark === undefined) return { end: at, wrong: 'escape sequence not terminated' };
  if (mark === quote || 'abfnrtv\\'.includes(mark)) return { end: at + 1 };
  const shape = /[0-7]/.test(mark) ? octal : Object.hasOwn(escapeDigits, mark) ? escapeDigits[mark] : undefined;
  if (!shape) return { end: at, wrong: `unknown escape sequence ${codePoint(text, at)}` };
  const first = shape === octal ? at : at + 1;
  let value = 0;
  for (let i = first; i < first + shape.count; i++) {
    if (text[i] === undefined) return { end: i, wrong: 'escape sequence not terminated' };
    const digit = /[0-9a-f]/i.test(text[i] as string) ? parseInt(text[i] as string, 16) : Infinity;
    if (digit >= shape.base) return { end: i, wrong: `illegal character ${codePoint(text, i)} in escape sequence` };
    value = value * shape.base + digit;
  }
  if (value > shape.most || (value >= 0xd800 && value < 0xe000)) return { end: first, wrong: 'escape sequence is an invalid Unicode code point' };
  return { end: first + shape.count };
}

/** `U+0041 'A'`. */
function codePoint(text: string, at: number): string {
  const code = text.codePointAt(at) as number;
  const mark = String.fromCodePoint(code);
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}${/[\p{C}\p{Z}]/u.test(mark) && mark !== ' ' ? '' : ` '${mark}'`}`;
}

/** Reads a number or a duration; whether its units make sense is asked later. */
export function scanNumber(text: string, from: number): Scanned {
  const number = plainNumber(text, from);
  if (number.wrong === undefined) return number;
  const duration = /^[smhdwy]s?(?:\d+[smhdw]s?)*/.exec(text.slice(number.end, number.end + 200));
  const end = number.end + (duration?.[0].length ?? 0);
  if (duration && !isWordPart(text[end])) return { end, duration: true };
  // A reader that has begun a duration also takes the mark that spoils it.
  const dangling = duration ? /^\d*/.exec(text.slice(end, end + 200))?.[0].length ?? 0 : 0;
  const taken = duration ? end + Math.max(dangling, 1) : end;
  return { end: taken, wrong: `bad number or duration syntax: ${JSON.stringify(text.slice(from, Math.min(taken, text.length)))}` };
}

const isWordPart = (mark: string | undefined): boolean => mark !== undefined && /\w/.test(mark);

function plainNumber(text: string, from: number): Scanned {
  let at = from;
  const taken = (marks: RegExp): boolean => text[at] !== undefined && marks.test(text[at] as string) && ++at > 0;
  const hex = /^0x/i.test(text.slice(from, from + 2));
  if (hex) at += text[from + 2] === '_' ? 3 : 2;
  const digit = hex ? /[0-9a-f]/i : /\d/;
  const wrong = (): Scanned => ({ end: at, wrong: 'number' });
  // A point at the very beginning, or behind a zero there, does not count against a later one.
  if (!hex) taken(/0/);
  taken(/\./);
  taken(digit);
  let [dot, exponent]: [boolean, boolean] = [false, false];
  for (;;) {
    if (text[at] === '.') {
      at++;
      if (dot || taken(/[_.]/) || hex) return wrong();
      dot = true;
    } else if (/[eE]/.test(text[at] ?? '')) {
      at++;
      if (exponent) return wrong();
      exponent = true;
      taken(/[+-]/);
      if (taken(/[._eE]/) || at >= text.length) return wrong();
    } else if (text[at] === '_') {
      at++;
      if (taken(/[._eE]/) || at >= text.length) return wrong();
    } else if (taken(digit)) while (taken(digit));
    else break;
  }
  return isWordPart(text[at]) ? wrong() : { end: at };
}

const units: readonly string[] = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];

/** What is wrong with a duration whose marks are right. */
export function wrongDuration(text: string): string {
  let last = -1;
  for (const [, unit] of text.matchAll(/\d*(\D+)/g)) {
    const rank = units.indexOf(unit as string);
    if (rank < 0) return `unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
    if (rank <= last) return `not a valid duration string: ${JSON.stringify(text)}`;
    last = rank;
  }
  return 'duration out of range';
}
