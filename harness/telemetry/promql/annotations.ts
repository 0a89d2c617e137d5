import type { Place } from './ast.ts';
import { position } from './errors.ts';

/** Warnings and infos that a query collects on its way; each wording once, with the place where it came up last, as on a real server. */
export class Annotations {
  readonly #text: string;
  readonly #warnings = new Map<string, string>();
  readonly #infos = new Map<string, string>();

  constructor(text: string) {
    this.#text = text;
  }

  warn(at: Place, words: string): void {
    this.#warnings.set(words, `PromQL warning: ${words} (${position(this.#text, at.from)})`);
  }

  info(at: Place, words: string): void {
    this.#infos.set(words, `PromQL info: ${words} (${position(this.#text, at.from)})`);
  }

  get warnings(): readonly string[] {
    return [...this.#warnings.values()];
  }

  get infos(): readonly string[] {
    return [...this.#infos.values()];
  }
}
