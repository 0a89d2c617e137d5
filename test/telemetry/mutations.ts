import type { Random } from '../../src/kernel/random.ts';

/** What breaks readers of numbers, strings, durations and names. */
const odd = ['0', '-1', '1e309', '0x', '9999999999999999999999', 'NaN', '-Inf', '""', '"\\', "'\\xff'", '`', '[', ']', '{', '}', '(', ')', '(((', '{}', '[5m]', '[1y:1ms]', '[0s]', '[999999999999y]', ' offset ', ' offset -1y', ' @ ', ' @ end()', ' by ', ' without ()', ' on () ', ' group_left ', ' bool ', '\n', '#', '\u0000', '\ud800', '日本', 'e', ',', ',,', '=', '=~"(a+)+$"', '!~"["', '=~".{1000}{1000}"', '^', '--', '%', 'atan2', 'and', 'inf', ':', '__name__', '# EOF', '# TYPE x ', ' # {a="b"} 1', '1e3 1e3', '\\n'];
const token = /"(?:\\.|[^"\\])*"|[A-Za-z_:][\w:]*|[\d.]+\w*|\s+|./gs;

/** Draws damaged versions of good texts: by bytes, by tokens, and by splicing two of them. */
export class Mutations {
  readonly #good: readonly string[];
  readonly #random: Random;
  readonly #tokens: readonly string[];

  constructor(good: readonly string[], random: Random) {
    this.#good = good;
    this.#random = random;
    this.#tokens = [...new Set(random.shuffle(good).slice(0, 400).flatMap((text) => text.match(token) ?? []))];
  }

  /** A text with one to four things wrong with it, or, by luck, none. */
  next(): string {
    let text = this.#random.pick(this.#good);
    for (let left = 1 + this.#random.below(4); left > 0; left--) text = this.#random.chance(0.5) ? this.#damageTokens(text) : this.#damageBytes(text);
    return text;
  }

  #damageTokens(text: string): string {
    const random = this.#random;
    const tokens = text.match(token) ?? [''];
    const at = random.below(tokens.length);
    switch (random.below(5)) {
      case 0:
        return tokens.with(at, random.pick(this.#tokens)).join('');
      case 1:
        return tokens.toSpliced(at, 0, random.pick(odd)).join('');
      case 2:
        return tokens.toSpliced(at, 1 + random.below(3)).join('');
      case 3:
        return tokens.toSpliced(at, 0, ...tokens.slice(random.below(tokens.length), at + 3)).join('');
      default: {
        const other = random.pick(this.#good).match(token) ?? [];
        return [...tokens.slice(0, at), ...other.slice(random.below(other.length + 1))].join('');
      }
    }
  }

  #damageBytes(text: string): string {
    const random = this.#random;
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + 1 + random.below(4));
    switch (random.below(4)) {
      case 0:
        return text.slice(0, at) + text.slice(end);
      case 1:
        return text.slice(0, at) + String.fromCharCode(random.chance(0.8) ? random.below(128) : random.below(65_536)) + text.slice(end);
      case 2:
        return text.slice(0, at) + text.slice(at, end).repeat(1 + random.below(random.chance(0.02) ? 3_000 : 5)) + text.slice(end);
      default:
        return text.slice(0, at);
    }
  }
}
