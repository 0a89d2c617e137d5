import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type YAMLError } from 'yaml';
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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, version: '1.2' });
  const at = (start: number, end: number): Place => placeBetween(text, lines, { start, end });
  const faults = document.errors.map((error) => ({ ...at(...error.pos), ...wordsFor(error) }));
  const plain = plainData(document);
  if (plain.because !== undefined) faults.push({ ...at(0, 1), message: plain.because });
  return {
    data: plain.data,
    faults: firstOfEachLine(faults),
    readable: plain.because === undefined && document.errors.every((error) => error.code === 'DUPLICATE_KEY'),
    placeOf: (path, spot) => {
      const node = nodeFor(document, path, spot);
      const [start, end] = node?.range ?? [0, 0];
      return at(start, end);
    },
  };
}

function plainData(document: Document.Parsed): { data?: unknown; because?: string } {
  try {
    return { data: document.toJS() };
  } catch (error) {
    return { because: `an alias cannot be followed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

// A broken line makes the parser complain about what follows it, too: one message a line is enough.
function firstOfEachLine<T extends Place>(faults: readonly T[]): T[] {
  const seen = new Set<number>();
  return faults.filter((fault) => !seen.has(fault.line) && seen.add(fault.line));
}

function placeBetween(text: string, lines: LineCounter, span: { start: number; end: number }): Place {
  const { line, col } = lines.linePos(span.start);
  const lineBreak = text.slice(span.start).search(/[\r\n]/);
  const lineEnd = lineBreak < 0 ? text.length : span.start + lineBreak;
  return { line: Math.max(line, 1), column: Math.max(col, 1), length: Math.max(1, Math.min(span.end, lineEnd) - span.start) };
}

function wordsFor(error: YAMLError): { message: string; suggestion?: string } {
  if (error.code === 'DUPLICATE_KEY') return { message: 'this key is given twice', suggestion: 'keep one of them' };
  if (error.code === 'TAB_AS_INDENT') return { message: 'a tab indents this line', suggestion: 'YAML is indented with spaces' };
  if (error.code === 'MULTIPLE_DOCS') return { message: 'a second document begins here', suggestion: 'one file holds one scenario' };
  return { message: `not valid YAML: ${error.message}` };
}

function nodeFor(document: Document.Parsed, path: readonly PropertyKey[], spot: 'key' | 'value'): Node | undefined {
  let value: Node | undefined = document.contents ?? undefined;
  let key: Node | undefined;
  for (const part of path) {
    const step = childOf(resolved(document, value), part);
    if (step === undefined) return key ?? firstKey(value);
    [key, value] = [step.key ?? step.value ?? key, step.value];
  }
  return spot === 'value' && isScalar(value) && value.range ? value : (key ?? firstKey(value) ?? value);
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
