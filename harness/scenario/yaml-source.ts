import { isAlias, isMap, isScalar, isSeq, parseDocument, visit, type Document, type Node, type YAMLError } from 'yaml';
import type { Place, Problem } from './problem.ts';

/** A YAML text after parsing: its data, its own errors, and where each path stands. */
export interface YamlSource {
  readonly data: unknown;
  /** Syntax errors and duplicate keys, each with its place. */
  readonly faults: readonly (Place & Pick<Problem, 'message' | 'suggestion'>)[];
  /** False when the syntax is so broken that the data means nothing. */
  readonly readable: boolean;
  /** Where a path stands; for a path that is not there, the nearest parent. */
  readonly placeOf: (path: readonly PropertyKey[], spot: 'key' | 'value') => Place;
}

/** Parses YAML 1.2 and keeps every error and every position. */
export function parseYaml(text: string): YamlSource {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error', strict: true, version: '1.2' });
  const at = (start: number, end: number): Place => placeBetween(text, start, end);
  const lost = lostAliases(document);
  const errors = document.errors.filter((error, i) => error.code !== 'UNEXPECTED_TOKEN' || i === 0);
  const faults = [
    ...errors.map((error) => ({ ...at(error.pos[0], wordEnd(text, error)), ...wordsFor(error) })),
    ...lost.map((alias) => ({ ...at(alias.start, alias.end), message: `nothing is anchored as &${alias.name}`, suggestion: 'text that begins with * needs quotes' })),
  ];
  const plain = lost.length > 0 ? {} : plainData(document);
  if (plain.because !== undefined) faults.push({ ...at(0, 1), message: plain.because, suggestion: 'write the values out' });
  const readable = 'data' in plain && document.errors.every((error) => error.code === 'DUPLICATE_KEY');
  return {
    data: plain.data,
    faults: firstOfEachLine(faults),
    readable,
    placeOf: (path, spot) => {
      const node = nodeFor(document, path, spot);
      const [start, end] = node?.range ?? [0, 0];
      return at(start, end);
    },
  };
}

// Aliases that multiply each other would fill the memory; the library counts them and throws.
function plainData(document: Document.Parsed): { readonly data?: unknown; readonly because?: string } {
  try {
    return { data: document.toJS() as unknown };
  } catch {
    return { because: 'the aliases in this file stand for too much' };
  }
}

function lostAliases(document: Document.Parsed): { name: string; start: number; end: number }[] {
  const lost: { name: string; start: number; end: number }[] = [];
  visit(document, {
    Alias: (_, alias) => {
      const [start, end] = alias.range ?? [0, 0];
      if (alias.resolve(document) === undefined) lost.push({ name: alias.source, start, end });
    },
  });
  return lost;
}

// The parser points at the first character of some mistakes; a caret should show all of it.
function wordEnd(text: string, error: YAMLError): number {
  const [start, end] = error.pos;
  const whole = error.code === 'DUPLICATE_KEY' ? /^[\w-]*/ : error.code === 'BLOCK_AS_IMPLICIT_KEY' ? /^[^\r\n]*/ : undefined;
  return Math.max(end, start + (whole?.exec(text.slice(start))?.[0].length ?? 0));
}

// A broken line makes the parser complain about what follows it, too: one message a line is enough.
function firstOfEachLine<T extends Place>(faults: readonly T[]): T[] {
  const seen = new Set<number>();
  return faults.filter((fault) => !seen.has(fault.line) && seen.add(fault.line));
}

// Counted from the text: the library's own line counter misses line breaks that its lexer skips after an error.
function placeBetween(text: string, start: number, end: number): Place {
  const before = text.slice(0, start).split('\n');
  const lineBreak = text.slice(start).search(/\r?\n/);
  const lineEnd = lineBreak < 0 ? text.length : start + lineBreak;
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, length: Math.max(1, Math.min(end, lineEnd) - start) };
}

function wordsFor(error: YAMLError): { message: string; suggestion?: string } {
  if (error.code === 'DUPLICATE_KEY') return { message: 'this key is given twice', suggestion: 'keep one of them' };
  if (error.code === 'TAB_AS_INDENT') return { message: 'a tab indents this line', suggestion: 'YAML is indented with spaces' };
  if (error.code === 'MULTIPLE_DOCS') return { message: 'a second document begins here', suggestion: 'one file holds one scenario' };
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY') return { message: 'a second ": " stands in this line', suggestion: 'put the text after the first one in quotes' };
  if (error.message.includes('must be sufficiently indented and end with')) return { message: 'a { or [ above this line is not closed' };
  if (error.code === 'BAD_INDENT') return { message: 'this line is not indented like the lines around it' };
  if (error.code === 'UNEXPECTED_TOKEN') return { message: 'this cannot stand here' };
  return { message: `not valid YAML: ${error.message.split('\n')[0]?.slice(0, 120) ?? ''}` };
}

function nodeFor(document: Document.Parsed, path: readonly PropertyKey[], spot: 'key' | 'value'): Node | undefined {
  let value: Node | undefined = document.contents ?? undefined;
  let key: Node | undefined;
  for (const part of path) {
    const step = childOf(resolved(document, value), part);
    if (step === undefined) return key ?? firstKey(value);
    [key, value] = [step.key ?? step.value ?? key, step.value];
  }
  return spot === 'value' && isScalar(value) && value.range && value.range[1] > value.range[0] ? value : (key ?? firstKey(value) ?? value);
}

function resolved(document: Document.Parsed, node: Node | undefined): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function childOf(parent: Node | undefined, part: PropertyKey): { key?: Node; value?: Node } | undefined {
  if (isSeq<Node>(parent) && typeof part === 'number') {
    const item = parent.items[part];
    return item === undefined ? undefined : { value: item };
  }
  if (!isMap<Node, Node | null>(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
  return pair && { key: pair.key, ...(pair.value ? { value: pair.value } : {}) };
}

function firstKey(node: Node | undefined): Node | undefined {
  return isMap<Node, Node | null>(node) ? node.items[0]?.key : undefined;
}
