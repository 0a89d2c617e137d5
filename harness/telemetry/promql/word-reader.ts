import { syntaxError } from './errors.ts';
import { Scanner } from './scan.ts';
import { described, type Word } from './words.ts';

/** Reads the words of a query one by one, with one in view. */
export class WordReader {
  readonly text: string;
  readonly #scanner: Scanner;
  #word: Word;

  constructor(text: string) {
    this.text = text;
    this.#scanner = new Scanner(text);
    this.#word = this.#scanner.next();
  }

  /** The word that comes next; throws where the text cannot be cut into words. */
  peek(): Word {
    if (this.#word.kind === 'error') throw syntaxError(this.text, this.#word.from, this.#word.text);
    return this.#word;
  }

  /** Takes the next word. */
  take(): Word {
    const word = this.peek();
    this.#word = this.#scanner.next();
    return word;
  }

  /** Whether one of these words or marks comes next. */
  is(...words: readonly string[]): boolean {
    const { kind, word } = this.peek();
    return kind !== 'string' && words.includes(word);
  }

  /** Takes one of these if it comes next, and says whether it did. */
  taken(...words: readonly string[]): boolean {
    const found = this.is(...words);
    if (found) this.take();
    return found;
  }

  /** The error for the word that comes next, in Prometheus' words. */
  unexpected(context: string, expected = ''): Error {
    const word = this.peek();
    return syntaxError(this.text, word.from, `unexpected ${described(word)}${context && ` in ${context}`}${expected && `, expected ${expected}`}`);
  }
}
