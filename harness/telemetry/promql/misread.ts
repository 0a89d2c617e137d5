import { syntaxError, type PromqlSyntaxError } from './errors.ts';
import { parseNumber } from './literals.ts';

const tokens = /#[^\n]*|\s+|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|`[^`]*`|[\d.][\w.]*|[A-Za-z_:][\w:]*|=~|!~|==|!=|<=|>=|[^]/g;
const keywords: ReadonlySet<string> = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'offset']);
const matchOperators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const isName = (word: string): boolean => /^[A-Za-z_:]/.test(word);
const isString = (word: string): boolean => /^["'`]./.test(word);

/** What a reader knows when it comes to a place: what is still open, and the token before. */
interface Reading {
  parens: number;
  inBraces: boolean;
  previous: string;
  previousAt: number;
}

/** The error for a text that cannot be read on at an offset, as near to Prometheus' own words as that place tells. */
export function misread(text: string, source: string, offset: number): PromqlSyntaxError {
  const at: Reading = { parens: 0, inBraces: false, previous: '', previousAt: 0 };
  for (const { 0: word, index } of source.matchAll(tokens)) {
    if (/^(#|\s)/.test(word)) continue;
    if (/^["'`]$/.test(word)) return syntaxError(text, index, 'unterminated quoted string');
    if (/^\d/.test(word) && !at.inBraces && parseNumber(word) === undefined) return syntaxError(text, index, `bad number or duration syntax: ${JSON.stringify(/^[\d.]+/.exec(word)?.[0])}`);
    if (index >= offset) return stopped(text, { word, index, rest: source.slice(index), at });
    if (word === '(') at.parens++;
    if (word === ')') at.parens--;
    if (word === '{' || word === '}') at.inBraces = word === '{';
    at.previous = word;
    at.previousAt = index;
  }
  const because = at.inBraces ? 'unexpected end of input inside braces' : at.parens > 0 ? 'unclosed left parenthesis' : 'unexpected end of input';
  return syntaxError(text, source.length, because);
}

function stopped(text: string, { word, index, rest, at }: { readonly word: string; readonly index: number; readonly rest: string; readonly at: Reading }): PromqlSyntaxError {
  // A function is looked up once its arguments are read, so a call that never ends is no unknown function.
  if (word === '(' && !at.inBraces && isName(at.previous) && !keywords.has(at.previous.toLowerCase()) && closes(rest)) return syntaxError(text, at.previousAt, `unknown function with name ${JSON.stringify(at.previous)}`);
  if (at.inBraces) return syntaxError(text, index, inBraces(word, at.previous));
  // Prometheus' reader has already stepped over this one when it complains.
  if (word === ')' && at.parens === 0) return syntaxError(text, index + 1, "unexpected right parenthesis ')'");
  return syntaxError(text, index, `unexpected ${named(word)}`);
}

function inBraces(word: string, previous: string): string {
  if (word === '{') return "unexpected left brace '{'";
  if (!isName(word) && !isString(word) && !matchOperators.has(word) && word !== ',' && word !== '}') return `unexpected character inside braces: ${character(word[0] as string)}`;
  const expected = previous === '{' || previous === ',' ? 'identifier or "}"' : isName(previous) ? 'label matching operator' : isString(previous) ? '"," or "}"' : 'string';
  return `unexpected ${isName(word) ? `identifier ${JSON.stringify(word)}` : named(word)} in label matching, expected ${expected}`;
}

function named(word: string): string {
  if (word === '=~') return "character after '=': '~'";
  if (word === ']') return "right bracket ']'";
  if (word === '{') return "left brace '{'";
  if (keywords.has(word.toLowerCase())) return `<${word.toLowerCase()}>`;
  if (isName(word)) return `identifier ${JSON.stringify(word)}`;
  if (/^[\d.]/.test(word)) return `number ${JSON.stringify(word)}`;
  if (isString(word)) return `string ${word.length > 10 ? `${JSON.stringify(word.slice(0, 10))}...` : JSON.stringify(word)}`;
  return /^([=!<>]|[([),@:+*/%^-])/.test(word) ? JSON.stringify(word) : `character: ${character(word)}`;
}

/** A character as Go quotes it. */
const character = (word: string): string => (word < ' ' || word === '\x7f' ? `'\\x${word.charCodeAt(0).toString(16).padStart(2, '0')}'` : `'${word}'`);

function closes(rest: string): boolean {
  let depth = 0;
  for (const [word] of rest.matchAll(tokens)) {
    if (word === '(') depth++;
    if (word === ')' && --depth === 0) return true;
  }
  return false;
}
