import { unquote } from '../../promql/literals.ts';
import { isTemplateFunction } from './functions.ts';
import { chunksOf, TemplateError, type Chunk, type Operand, type Pipeline, type TemplateNode } from './syntax.ts';

/** Reads the template language of alert annotations: Go's text/template without named templates. */
export function parseTemplate(template: string): readonly TemplateNode[] {
  const reader = new NodeReader(chunksOf(template));
  const nodes = reader.nodes();
  if (reader.stop !== undefined) throw new TemplateError(`unexpected {{${reader.stop}}}`);
  checkVariables(nodes, new Set(['$', '$labels', '$value', '$externalLabels', '$externalURL']));
  return nodes;
}

/** A variable must be declared before it is used; a block's own end with it. */
function checkVariables(nodes: readonly TemplateNode[], known: Set<string>): void {
  for (const node of nodes) {
    if (node.kind === 'text') continue;
    const inner = node.kind === 'action' ? known : new Set(known);
    checkPipeline(node.pipeline, inner);
    if (node.kind === 'action') continue;
    checkVariables(node.body, new Set(inner));
    checkVariables(node.otherwise, new Set(inner));
  }
}

function checkPipeline({ commands, variables, declares }: Pipeline, known: Set<string>): void {
  for (const { base } of commands.flat()) {
    if (base.kind === 'pipeline') checkPipeline(base.pipeline, known);
    if (base.kind === 'variable' && !known.has(base.name)) throw new TemplateError(`undefined variable ${JSON.stringify(base.name)}`);
  }
  for (const name of variables) {
    if (!declares && !known.has(name)) throw new TemplateError(`undefined variable ${JSON.stringify(name)}`);
    known.add(name);
  }
}

/** Reads chunks into nodes; `stop` says which `else` or `end` a list ended at. */
class NodeReader {
  readonly #chunks: readonly Chunk[];
  #next = 0;
  stop: string | undefined;

  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks;
  }

  nodes(): TemplateNode[] {
    const found: TemplateNode[] = [];
    this.stop = undefined;
    while (this.#next < this.#chunks.length) {
      const { kind, text } = this.#chunks[this.#next++] as Chunk;
      if (kind === 'text') {
        if (text !== '') found.push({ kind, text });
        continue;
      }
      const action = text.trim();
      if (/^(end$|else\b)/.test(action)) {
        this.stop = action;
        return found;
      }
      found.push(this.#action(action));
    }
    return found;
  }

  #action(action: string): TemplateNode {
    const block = /^(if|with|range)\b([^]*)$/.exec(action);
    if (block) return this.#block(block[1] as 'if' | 'with' | 'range', block[2] as string);
    if (/^(define|template|block|break|continue)\b/.test(action)) throw new TemplateError(`{{${action}}} is not supported in rule files`);
    return { kind: 'action', pipeline: parsePipeline(action) };
  }

  #block(kind: 'if' | 'with' | 'range', head: string): TemplateNode {
    const pipeline = parsePipeline(head);
    const body = this.nodes();
    const stop = this.stop as string | undefined;
    const chained = /^else\s+(if|with)\b([^]*)$/.exec(stop ?? '');
    if (chained) return { kind, pipeline, body, otherwise: [this.#block(chained[1] as 'if' | 'with', chained[2] as string)] };
    const otherwise = stop === 'else' ? this.nodes() : [];
    if (this.stop !== 'end') throw new TemplateError(this.stop === undefined ? `{{${kind}}} without {{end}}` : `unexpected {{${this.stop}}}`);
    this.stop = undefined;
    return { kind, pipeline, body, otherwise };
  }
}

/** A word: variable, field, function, number, string, parenthesis, or a sign between words. */
const word = /\s+|\$\w*|\.\w+|\.|[A-Za-z_]\w*|[-+]?(?:0x[\da-fA-F]+|\d[\d_]*\.?\d*(?:e[-+]?\d+)?|\.\d+)|"(?:[^"\\]|\\.)*"|`[^`]*`|:=|[=,|()]/gy;

/** Reads what stands between the braces. */
export function parsePipeline(text: string): Pipeline {
  word.lastIndex = 0;
  const words: string[] = [];
  while (word.lastIndex < text.length) {
    const at = word.lastIndex;
    const match = word.exec(text);
    if (!match) throw new TemplateError(`unexpected ${JSON.stringify(text.slice(at, at + 10))} in {{${text.trim()}}}`);
    words.push(match[0]);
  }
  const reader = new WordReader(words, text.trim());
  const pipeline = reader.pipeline();
  if (reader.peek() !== undefined) throw new TemplateError(`unexpected ${JSON.stringify(reader.peek())} in {{${text.trim()}}}`);
  return pipeline;
}

class WordReader {
  readonly #words: readonly string[];
  readonly #source: string;
  #next = 0;

  constructor(words: readonly string[], source: string) {
    this.#words = words;
    this.#source = source;
  }

  peek(): string | undefined {
    this.#skipSpace();
    return this.#words[this.#next];
  }

  pipeline(): Pipeline {
    const { variables, declares } = this.#declaration();
    const commands = [this.#command()];
    while (this.peek() === '|') {
      this.#next++;
      commands.push(this.#command());
    }
    return { variables, declares, commands };
  }

  /** `$x :=`, `$x =`, `$i, $x :=`; anything else is left in place. */
  #declaration(): Pick<Pipeline, 'variables' | 'declares'> {
    const match = /^\s*(\$\w+)(?:\s*,\s*(\$\w+))?\s*(:?=)/.exec(this.#words.slice(this.#next).join(''));
    if (!match) return { variables: [], declares: false };
    while (this.peek() !== match[3]) this.#next++;
    this.#next++;
    return { variables: [match[1] as string, ...(match[2] === undefined ? [] : [match[2]])], declares: match[3] === ':=' };
  }

  #command(): Operand[] {
    const operands: Operand[] = [];
    for (let next = this.peek(); next !== undefined && next !== '|' && next !== ')'; next = this.peek()) operands.push(this.#operand());
    if (operands.length === 0) throw new TemplateError(`missing value in {{${this.#source}}}`);
    return operands;
  }

  #operand(): Operand {
    const base = this.#base(this.#words[this.#next++] as string);
    const fields: string[] = [];
    for (let next = this.#words[this.#next]; next !== undefined && /^\.\w/.test(next); next = this.#words[this.#next]) {
      fields.push(next.slice(1));
      this.#next++;
    }
    return { base, fields };
  }

  #base(text: string): Operand['base'] {
    if (text === '(') {
      const pipeline = this.pipeline();
      if (this.peek() !== ')') throw new TemplateError(`missing ) in {{${this.#source}}}`);
      this.#next++;
      return { kind: 'pipeline', pipeline };
    }
    if (/^\.\w/.test(text) && !/^\.\d/.test(text)) {
      this.#next--;
      return { kind: 'dot' };
    }
    if (text === '.') return { kind: 'dot' };
    if (text.startsWith('$')) return { kind: 'variable', name: text };
    return /^[A-Za-z_]/.test(text) ? namedBase(text) : { kind: 'literal', value: this.#literal(text) };
  }

  #literal(text: string): string | number | bigint {
    if (/^["`]/.test(text)) {
      const value = unquote(text);
      if (value === undefined) throw new TemplateError(`malformed string ${text}`);
      return value;
    }
    const plain = text.replaceAll('_', '');
    if (/^[-+]?(0x[\da-f]+|\d+)$/i.test(plain)) return plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain.replace('+', ''));
    const value = Number(plain);
    if (Number.isNaN(value)) throw new TemplateError(`unexpected ${JSON.stringify(text)} in {{${this.#source}}}`);
    return value;
  }

  #skipSpace(): void {
    while (/^\s/.test(this.#words[this.#next] ?? '')) this.#next++;
  }
}

function namedBase(text: string): Operand['base'] {
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
  if (text === 'nil') return { kind: 'literal', value: null };
  if (!isTemplateFunction(text)) throw new TemplateError(`function ${JSON.stringify(text)} not defined`);
  return { kind: 'function', name: text };
}
