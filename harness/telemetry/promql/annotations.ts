import type { Place } from './ast.ts';
import { position } from './errors.ts';

/** Warnings and infos that a query collects on its way; each text once, in order of appearance. */
export class Annotations {
  readonly #text: string;
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  warn(at: Place, words: string): void {
    this.#warnings.add(`PromQL warning: ${words} (${position(this.#text, at.from)})`);
  }

  info(at: Place, words: string): void {
    this.#infos.add(`PromQL info: ${words} (${position(this.#text, at.from)})`);
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  get infos(): readonly string[] {
    return [...this.#infos];
  }
}
