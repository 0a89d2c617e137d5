/** HTML or SVG that is already escaped; templates insert it as it is (Handlebars asks for `toHTML`). */
export class Markup {
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  /** The escaped source. */
  toHTML(): string {
    return this.#html;
  }
}

/** What an element may hold: markup as it is, text escaped. */
export type Child = Markup | string;

/** Text made safe for element content and double-quoted attributes. */
export function escaped(text: string): string {
  if (!/[&<>"']/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** One element; attributes that are undefined are left out. Attribute names come from code, never from data. */
export function element(name: string, attributes: Readonly<Record<string, string | number | undefined>>, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escaped(String(value))}"`])).join('');
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : child.toHTML())).join('');
  return new Markup(`<${name}${written}>${inner}</${name}>`);
}

/** JSON that may stand inside a script element: no character of it can end the element or the line. */
export function jsonBlock(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
