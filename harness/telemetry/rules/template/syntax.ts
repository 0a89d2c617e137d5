/** A template that cannot be read, or that fails while it is expanded. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** One word of a pipeline with the fields taken of it: `$labels.instance`, `.Value`, `"text"`, `(query "up")`. */
export interface Operand {
  readonly base:
    | { readonly kind: 'literal'; readonly value: string | number | bigint | boolean | null }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'dot' }
    | { readonly kind: 'function'; readonly name: string }
    | { readonly kind: 'pipeline'; readonly pipeline: Pipeline };
  readonly fields: readonly string[];
}

/** Commands joined by `|`; each but the first gets the value before it as its last argument. */
export interface Pipeline {
  /** `$x :=` or `$x =`; `range $i, $x :=` declares two. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

/** A piece of a template. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | { readonly kind: 'if' | 'with' | 'range'; readonly pipeline: Pipeline; readonly body: readonly TemplateNode[]; readonly otherwise: readonly TemplateNode[] };

/** Text and actions of a template, with what `{{-` and `-}}` trim already trimmed. */
export interface Chunk {
  readonly kind: 'text' | 'action';
  readonly text: string;
}

/** Cuts a template into text and actions; comments vanish. */
export function chunksOf(template: string): Chunk[] {
  const chunks: Chunk[] = [];
  let at = 0;
  let trimNext = false;
  for (let open = template.indexOf('{{'); ; open = template.indexOf('{{', at)) {
    const text = trimStartIf(trimNext, template.slice(at, open < 0 ? undefined : open));
    if (open < 0) return [...chunks, { kind: 'text', text }];
    const trimsLeft = /^\{\{-\s/.test(template.slice(open, open + 4));
    chunks.push({ kind: 'text', text: trimsLeft ? text.trimEnd() : text });
    const action = readAction(template, open + (trimsLeft ? 3 : 2));
    if (!/^\s*\/\*[^]*\*\/\s*$/.test(action.text)) chunks.push({ kind: 'action', text: action.text });
    trimNext = action.trimsRight;
    at = action.end;
  }
}

const trimStartIf = (trim: boolean, text: string): string => (trim ? text.trimStart() : text);

/** An action ends at the first `}}` outside of strings and comments. */
function readAction(template: string, from: number): { readonly text: string; readonly end: number; readonly trimsRight: boolean } {
  const token = /\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\s-\}\}|\}\}/g;
  token.lastIndex = from;
  for (let match = token.exec(template); match; match = token.exec(template)) {
    if (match[0].endsWith('}}')) return { text: template.slice(from, match.index), end: token.lastIndex, trimsRight: match[0] !== '}}' };
  }
  throw new TemplateError('unclosed action');
}
