import type { LabelSet } from './labels.ts';
import { timestampJson } from './go-json.ts';
import { ShortestDecimal } from './shortest-decimal.ts';
import { formatValue } from './promql/format.ts';

const [zero, minus, point, comma, colon, quote, backslash, openBracket, closeBracket] = [48, 45, 46, 44, 58, 34, 92, 91, 93] as const;

const startingBytes = 1 << 16;
const mostKeptBytes = 1 << 20;

/** The digits of the numbers below a hundred, two for each. */
const pairs = Uint8Array.from({ length: 200 }, (_, i) => zero + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10));
const shortest = new ShortestDecimal();

/** Builds JSON as UTF-8 in one buffer that is used again and again: answers are mostly numbers, and not worth a string each. */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(startingBytes);
  #length = 0;

  /** Begins a new text. */
  clear(): void {
    this.#length = 0;
  }

  /** How many bytes are written. */
  get length(): number {
    return this.#length;
  }

  /** The text, as bytes of its own. A very long one takes the buffer with it, so that it is neither copied nor kept. */
  finished(): Buffer {
    const text = this.#bytes.subarray(0, this.#length);
    if (this.#length <= mostKeptBytes) return Buffer.from(text);
    this.#bytes = Buffer.allocUnsafe(startingBytes);
    return text;
  }

  /** Makes room, which `byte`, `value` and `bytes` do not do for themselves. */
  reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  /** JSON that is a text already. */
  text(text: string): void {
    this.reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  byte(code: number): void {
    this.#bytes[this.#length++] = code;
  }

  bytes(source: Uint8Array, from: number, to: number): void {
    const target = this.#bytes;
    let at = this.#length;
    for (let i = from; i < to; i++) target[at++] = source[i] as number;
    this.#length = at;
  }

  /** JSON that is bytes already; makes room for itself. */
  copyOf(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes(source, 0, source.length);
  }

  /** Repeats what was written between two places. */
  again(from: number, to: number): void {
    this.bytes(this.#bytes, from, to);
  }

  /** A whole number that is not negative. */
  count(count: number): void {
    this.reserve(longestValue);
    this.#whole(count);
  }

  /** A list of whole numbers; `null` for what is none. */
  wholes(numbers: Float64Array): void {
    this.reserve((numbers.length + 1) * longestWhole);
    const target = this.#bytes;
    let at = this.#length;
    target[at++] = openBracket;
    for (let i = 0; i < numbers.length; i++) {
      if (i > 0) target[at++] = comma;
      let number = numbers[i] as number;
      if (number < 0) {
        target[at++] = minus;
        number = -number;
      }
      // Most are small, and are written right here.
      if (number < 10) target[at++] = zero + number;
      else if (number < 100) {
        target[at++] = pairs[2 * number] as number;
        target[at++] = pairs[2 * number + 1] as number;
      } else {
        this.#length = at;
        if (Number.isNaN(number)) this.#plain('null');
        else this.#whole(number);
        at = this.#length;
      }
    }
    target[at++] = closeBracket;
    this.#length = at;
  }

  /** A string in quotes. */
  string(text: string): void {
    this.reserve(text.length + 2);
    const start = this.#length;
    this.byte(quote);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === quote || code === backslash) {
        this.#length = start;
        return this.text(JSON.stringify(text));
      }
      this.byte(code);
    }
    this.byte(quote);
  }

  /** The labels of a series as Prometheus writes them: without Go's care for HTML. */
  labels({ pairs }: LabelSet): void {
    this.text('{');
    for (let i = 0; i < pairs.length; i += 2) {
      this.reserve(2);
      if (i > 0) this.byte(comma);
      this.string(pairs[i] as string);
      this.reserve(1);
      this.byte(colon);
      this.string(pairs[i + 1] as string);
    }
    this.text('}');
  }

  /** A sample's value, without its quotes: at most {@link longestValue} bytes. */
  value(value: number): void {
    const size = Math.abs(value);
    const whole = Math.floor(size);
    if (whole === size && size < 1e15 && (size > 0 || 1 / value > 0)) {
      if (value < 0) this.byte(minus);
      this.#whole(whole);
    } else if (shortest.find(size)) {
      if (value < 0) this.byte(minus);
      this.#seventeen();
    } else this.#plain(formatValue(value));
  }

  /** An instant in seconds. */
  instant(atMs: number): void {
    if (atMs < 0 || atMs % 1_000 !== 0) this.#plain(timestampJson(atMs));
    else this.#whole(atMs / 1_000);
  }

  /** The seventeen digits of `shortest` with their point, without the zeros at their end. */
  #seventeen(): void {
    const { high, low, places } = shortest;
    if (places >= 17) {
      this.byte(zero);
      this.byte(point);
      for (let i = 17; i < places; i++) this.byte(zero);
      this.#digits(high, 9);
      this.#digits(low, 8);
    } else {
      const start = this.#length++;
      this.#digits(high, 9);
      this.#digits(low, 8);
      const target = this.#bytes;
      const end = start + 17 - places;
      for (let i = start; i < end; i++) target[i] = target[i + 1] as number;
      target[end] = point;
    }
    while (this.#bytes[this.#length - 1] === zero) this.#length--;
  }

  #whole(whole: number): void {
    if (whole < 1e9) return this.#digits(whole, digitsOf(whole));
    const high = Math.floor(whole / 1e9);
    this.#digits(high, digitsOf(high));
    this.#digits(whole - high * 1e9, 9);
  }

  /** A whole number below 1e9 in so many digits. */
  #digits(number: number, count: number): void {
    const target = this.#bytes;
    let rest = number | 0;
    let at = this.#length + count;
    for (; at - this.#length >= 2; rest = (rest / 100) | 0) {
      const pair = (rest % 100) * 2;
      target[--at] = pairs[pair + 1] as number;
      target[--at] = pairs[pair] as number;
    }
    if (at > this.#length) target[this.#length] = zero + (rest % 10);
    this.#length += count;
  }

  #plain(text: string): void {
    const target = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) target[at++] = text.charCodeAt(i);
    this.#length = at;
  }
}

/** More than the longest value takes. */
export const longestValue = 32;

/** More than a whole number takes, with its sign and a comma. */
const longestWhole = 20;

function digitsOf(whole: number): number {
  let count = 1;
  for (let limit = 10; whole >= limit; limit *= 10) count++;
  return count;
}
