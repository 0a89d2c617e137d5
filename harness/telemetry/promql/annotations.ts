import type { Place } from './ast.ts';
import { position } from './errors.ts';

/** Warnings and infos that a query collects on its way; each wording once, with the place where it came up last, as on a real server. */
export class Annotations {
  readonly #text: string;
  readonly #warnings = new Map<string, Place>();
  readonly #infos = new Map<string, Place>();

  constructor(text: string) {
    this.#text = text;
  }

  warn(at: Place, words: string): void {
    this.#warnings.set(words, at);
  }

  info(at: Place, words: string): void {
    this.#infos.set(words, at);
  }

  get warnings(): readonly string[] {
    return this.#told('warning', this.#warnings);
  }

  get infos(): readonly string[] {
    return this.#told('info', this.#infos);
  }

  #told(kind: string, notes: ReadonlyMap<string, Place>): readonly string[] {
    return [...notes].map(([words, { from }]) => `PromQL ${kind}: ${words} (${position(this.#text, from)})`);
  }
}
