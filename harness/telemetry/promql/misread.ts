import { PromqlSyntaxError, syntaxError } from './errors.ts';
import { isFunction } from './known-functions.ts';
import { isLabelName, parseNumber, unquote } from './literals.ts';
import { goQuote } from './quote.ts';
import { wrongDuration } from './scan-literals.ts';
import { WordReader } from './word-reader.ts';
import { canBeLabel, canBeMetric, type Word } from './words.ts';

/** Where a reader is: inside an aggregation, errors say so. */
type Context = '' | 'aggregation';

const binaryOperators: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'unless', 'atan2']);
const matchOperators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

/**
 * Reads a query for mistakes only, and throws the first one in Prometheus' own words and at its place: the editor grammar
 * that builds the tree goes on after mistakes and says nothing about them. Gives the tokens that are right and that grammar
 * does not know: metrics named `offset`, and numbers written in unusual ways.
 */
export function findMistake(text: string): readonly Word[] {
  return new MistakeFinder(text).read();
}

/** As {@link findMistake}, for a text that must be nothing but a series selector. */
export function findSelectorMistake(text: string): void {
  new MistakeFinder(text).readSelector();
}

class MistakeFinder extends WordReader {
  readonly #unusual: Word[] = [];

  read(): readonly Word[] {
    if (this.peek().kind === 'end') throw nothingFound(this.text);
    this.#expression('');
    if (this.peek().kind !== 'end') throw this.unexpected('');
    return this.#unusual;
  }

  readSelector(): void {
    if (canBeMetric(this.peek())) this.take();
    else if (!this.is('{')) throw this.unexpected('');
    if (this.is('{')) this.#matchers();
    if (this.peek().kind !== 'end') throw this.unexpected('');
  }

  #expression(context: Context): void {
    this.#operand(context);
    while (binaryOperators.has(this.peek().word) && this.peek().kind === 'operator') {
      this.take();
      this.#modifiers();
      this.#operand(context);
    }
  }

  #modifiers(): void {
    this.taken('bool');
    if (!this.taken('on', 'ignoring')) return;
    this.#labelList();
    if (!this.taken('group_left', 'group_right')) return;
    if (!this.#beginsOperand() || this.is('(')) this.#labelList();
  }

  #beginsOperand(): boolean {
    const word = this.peek();
    return canBeMetric(word) || ['number', 'duration', 'string'].includes(word.kind) || this.is('(', '{', '+', '-');
  }

  #operand(context: Context): void {
    while (this.taken('+', '-'));
    this.#atom(context);
    while (this.#postfix());
  }

  #atom(context: Context): void {
    const word = this.peek();
    if (word.kind === 'number' || word.kind === 'duration') return this.#literal();
    if (word.kind === 'string') return void this.take();
    if (this.taken('(')) {
      this.#expression(context);
      if (!this.taken(')')) throw this.unexpected(context);
      return;
    }
    if (this.is('{')) return this.#matchers();
    if (!canBeMetric(word)) throw this.unexpected(context);
    this.take();
    if (word.kind === 'aggregator' && this.is('(', 'by', 'without')) return this.#aggregation();
    if (word.kind === 'name' && !word.text.includes(':') && this.is('(')) return this.#call(word, context);
    if (word.word === 'offset') this.#unusual.push(word);
    if (this.is('{')) this.#matchers();
  }

  #literal(): void {
    const word = this.take();
    const { kind, text, from } = word;
    const value = parseNumber(text);
    if (kind === 'duration') {
      if (value === undefined) throw syntaxError(this.text, from, wrongDuration(text));
      return;
    }
    if (/[_xX]|\.$|\.e/i.test(text)) this.#unusual.push(word);
    if (value === undefined) throw syntaxError(this.text, from, `error parsing number: strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
    if (value === Infinity && /\d/.test(text)) throw syntaxError(this.text, from, `error parsing number: strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range`);
  }

  #aggregation(): void {
    const before = this.taken('by', 'without');
    if (before) this.#labelList();
    if (!this.is('(')) throw this.unexpected('aggregation');
    this.#arguments('aggregation');
    if (!before && this.taken('by', 'without')) this.#labelList();
  }

  #call(name: Word, context: Context): void {
    this.#arguments(context);
    if (!isFunction(name.text)) throw syntaxError(this.text, name.from, `unknown function with name ${goQuote(name.text)}`);
  }

  #arguments(context: Context): void {
    this.take();
    if (this.taken(')')) return;
    for (;;) {
      this.#expression(context);
      if (this.taken(')')) return;
      if (!this.is(',')) throw this.unexpected(context);
      const comma = this.take();
      if (!this.#beginsOperand()) throw syntaxError(this.text, comma.from, 'trailing commas not allowed in function call args');
    }
  }

  #labelList(): void {
    const context = 'grouping opts';
    if (!this.taken('(')) throw this.unexpected(context, '"("');
    if (this.taken(')')) return;
    for (;;) {
      if (!canBeLabel(this.peek()) && this.peek().kind !== 'string') throw this.unexpected(context, 'label');
      const label = this.take();
      if (label.kind === 'string' && !isLabelName(unquote(label.text) ?? '')) throw syntaxError(this.text, label.from, `invalid label name for grouping: ${goQuote(unquote(label.text) ?? '')}`);
      if (label.kind === 'name' && label.text.includes(':')) this.#unusual.push(label);
      if (this.taken(')')) return;
      if (!this.taken(',')) throw this.unexpected(context, '"," or ")"');
      if (this.taken(')')) return;
    }
  }

  #matchers(): void {
    const context = 'label matching';
    this.take();
    if (this.taken('}')) return;
    for (;;) {
      this.#matcher(context);
      if (this.taken('}')) return;
      if (!this.taken(',')) throw this.unexpected(context, '"," or "}"');
      if (this.taken('}')) return;
    }
  }

  #matcher(context: string): void {
    const { kind } = this.peek();
    if (kind !== 'name' && kind !== 'string') throw this.unexpected(context, 'identifier or "}"');
    this.take();
    if (!matchOperators.has(this.peek().word)) {
      if (kind === 'string') return;
      throw this.unexpected(context, 'label matching operator');
    }
    this.take();
    if (this.peek().kind !== 'string') throw this.unexpected(context, 'string');
    this.take();
  }

  #postfix(): boolean {
    if (this.taken('offset')) this.#offset();
    else if (this.taken('@')) this.#instant();
    else if (this.taken('[')) this.#range();
    else return this.taken('anchored', 'smoothed');
    return true;
  }

  #offset(): void {
    const sign = this.taken('+', '-');
    if (sign) while (this.taken('+', '-'));
    this.#durationAtom('offset', 'number, duration, step(), or range()');
  }

  #instant(): void {
    const wrong = () => this.unexpected('@', 'timestamp');
    if (this.taken('start', 'end')) {
      if (!this.taken('(')) throw wrong();
      if (!this.taken(')')) throw wrong();
      return;
    }
    this.taken('+', '-');
    if (!['number', 'duration'].includes(this.peek().kind)) throw wrong();
    this.#literal();
  }

  #range(): void {
    this.#duration('subquery or range selector', 'number, duration, step(), or range()');
    if (this.taken(']')) return;
    if (!this.taken(':')) throw this.unexpected('subquery or range', '":" or "]"');
    if (this.taken(']')) return;
    this.#duration('subquery selector', 'number, duration, step(), range(), or "]"');
    if (!this.taken(']')) throw this.unexpected('subquery selector', '"]"');
  }

  #duration(context: string, expected: string): void {
    do {
      while (this.taken('+', '-'));
      this.#durationAtom(context, expected);
    } while (this.taken('+', '-', '*', '/', '%', '^'));
  }

  #durationAtom(context: string, expected: string): void {
    const { kind } = this.peek();
    if (kind === 'number' || kind === 'duration') return this.#literal();
    const close = () => {
      if (!this.taken(')')) throw this.unexpected(context, expected);
    };
    if (this.taken('(')) {
      this.#duration(context, expected);
      return close();
    }
    const pair = this.is('min_of', 'max_of');
    if (!this.taken('step', 'range', 'min_of', 'max_of') || !this.taken('(')) throw this.unexpected(context, expected);
    if (pair) {
      this.#duration(context, expected);
      if (!this.taken(',')) throw this.unexpected(context, expected);
      this.#duration(context, expected);
    }
    close();
  }
}

function nothingFound(text: string): Error {
  const because = 'no expression found in input';
  return text === '' ? new PromqlSyntaxError(`unknown position: parse error: ${because}`) : syntaxError(text, 0, because);
}
