import { goQuote } from './quote.ts';
import { scanNumber, scanString } from './scan-literals.ts';
import { wordToken, type TokenKind, type Word } from './words.ts';

const operators: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '<=', '>', '>=', '=~', '!~', '@']);
const durationWords: ReadonlySet<string> = new Set(['step', 'range', 'min_of', 'max_of']);

/** Cuts a query into tokens as Prometheus does, up to the first thing that is none: its error is the last token. */
export class Scanner {
  readonly #text: string;
  #at = 0;
  #parens = 0;
  #inBraces = false;
  /** Inside `[…]`, what was seen there. */
  #bracket: { number: boolean; colon: boolean; lately: boolean } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next token; after the end or an error always the same. */
  next(): Word {
    this.#skip();
    const mark = this.#text[this.#at];
    if (mark === undefined) return this.#end();
    if (this.#inBraces) return this.#braced(mark);
    if (/[\d]/.test(mark) || (mark === '.' && /\d/.test(this.#text[this.#at + 1] ?? ''))) return this.#number();
    if (/["'`]/.test(mark)) return this.#string();
    if (/[A-Za-z_:]/.test(mark)) return this.#bracket ? this.#bracketWord(mark) : this.#word(/[\w:]*/y);
    return this.#mark(mark);
  }

  #skip(): void {
    const blank = /(?:[ \t\n\r]|#[^\n]*)*/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)?.[0].length ?? 0;
  }

  #end(): Word {
    if (this.#inBraces) return this.#error('unexpected end of input inside braces');
    if (this.#bracket?.lately) return this.#error('unexpected end of input in duration expression');
    if (this.#parens > 0) return this.#error('unclosed left parenthesis');
    if (this.#bracket) return this.#error('unclosed left bracket');
    return { kind: 'end', text: '', word: '', from: this.#at };
  }

  #error(text: string, from = this.#at): Word {
    return { kind: 'error', text, word: '', from };
  }

  #take(kind: TokenKind, length: number): Word {
    const from = this.#at;
    this.#at += length;
    const text = this.#text.slice(from, this.#at);
    return { kind, text, word: text, from };
  }

  #number(): Word {
    const { end, wrong, duration } = scanNumber(this.#text, this.#at);
    if (wrong !== undefined) return this.#error(wrong);
    if (this.#bracket) Object.assign(this.#bracket, { number: true, lately: false });
    return this.#take(duration ? 'duration' : 'number', end - this.#at);
  }

  #string(): Word {
    const { end, wrong } = scanString(this.#text, this.#at);
    return wrong === undefined ? this.#take('string', end - this.#at) : this.#error(wrong);
  }

  #word(pattern: RegExp): Word {
    pattern.lastIndex = this.#at;
    const { text, from } = this.#take('name', pattern.exec(this.#text)?.[0].length ?? 0);
    return this.#inBraces ? { kind: 'name', text, word: text, from } : wordToken(text, from);
  }

  #bracketWord(mark: string): Word {
    const bracket = this.#bracket as { number: boolean; colon: boolean; lately: boolean };
    const word = /[a-z_]*/iy;
    word.lastIndex = this.#at;
    const found = (word.exec(this.#text)?.[0] ?? '').toLowerCase();
    if (durationWords.has(found)) {
      Object.assign(bracket, { number: true });
      return { ...this.#take('keyword', found.length), word: found };
    }
    if (mark !== ':' && bracket.lately) return this.#error(`unexpected character in duration expression: ${goQuote(mark, "'")}`);
    if (!bracket.number) return this.#error('unexpected colon before duration in duration expression', this.#at + 1);
    if (bracket.colon) return bracket.lately ? this.#error('unexpected repeated colon in duration expression', this.#at + 1) : this.#error(`unexpected colon ${goQuote(mark, "'")}`);
    // Behind a number Prometheus takes a letter for a colon; the second one it refuses.
    bracket.colon = true;
    return { ...this.#take('mark', 1), word: ':' };
  }

  #braced(mark: string): Word {
    if (/[A-Za-z_]/.test(mark)) return this.#word(/\w*/y);
    if (/["'`]/.test(mark)) return this.#string();
    if (mark === ',') return this.#take('mark', 1);
    if (mark === '=') return this.#text[this.#at + 1] === '~' ? this.#take('operator', 2) : this.#take('mark', 1);
    if (mark === '!') {
      const next = this.#text[this.#at + 1] ?? '';
      return next === '~' || next === '=' ? this.#take('operator', 2) : this.#error(`unexpected character after '!' inside braces: ${goQuote(next || '\ufffd', "'")}`);
    }
    if (mark === '}') {
      this.#inBraces = false;
      return this.#take('mark', 1);
    }
    return this.#error(mark === '{' ? "unexpected left brace '{'" : `unexpected character inside braces: ${goQuote(this.#rune(), "'")}`);
  }

  #mark(mark: string): Word {
    const next = this.#text[this.#at + 1] ?? '';
    if (this.#bracket?.lately && !'+-*/%^(),]'.includes(mark)) return this.#error(`unexpected character in duration expression: ${goQuote(this.#rune(), "'")}`);
    if (mark === '=' && next === '~') return this.#error("unexpected character after '=': '~'");
    if (mark === '!' && next !== '=') return this.#error(`unexpected character after '!': ${goQuote(next || '\ufffd', "'")}`);
    if ('=!<>'.includes(mark) && next === '=') return this.#take('operator', 2);
    if (operators.has(mark)) return this.#take('operator', 1);
    if (mark === '=' || mark === ',') return this.#take('mark', 1);
    return this.#fence(mark);
  }

  /** What opens and closes; some errors are told behind the mark, as Prometheus has taken it before it complains. */
  #fence(mark: string): Word {
    switch (mark) {
      case '(':
        this.#parens++;
        break;
      case ')':
        if (--this.#parens < 0) return this.#error("unexpected right parenthesis ')'", this.#at + 1);
        break;
      case '{':
        this.#inBraces = true;
        break;
      case '[':
        if (this.#bracket) return this.#error("unexpected left bracket '['");
        this.#bracket = { number: false, colon: false, lately: true };
        break;
      case ']':
        if (!this.#bracket) return this.#error("unexpected right bracket ']'");
        this.#bracket = undefined;
        break;
      default:
        return this.#error(`unexpected character: ${goQuote(this.#rune(), "'")}`);
    }
    return this.#take('mark', 1);
  }

  #rune(): string {
    return String.fromCodePoint(this.#text.codePointAt(this.#at) as number);
  }
}
