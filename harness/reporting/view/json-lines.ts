import { element, Markup, type Child } from '../markup.ts';

/** A citation of one place in an answer: the JSON pointer and the id of the evidence. */
export interface Citation {
  readonly pointer: string;
  readonly id: string;
  /** How it fared; the class of its mark. */
  readonly check: string;
}

/** JSON as a page shows it, with the cited places marked, and what was left out in words. */
export interface ShownJson {
  readonly body: Markup;
  readonly cut: string;
  /** The citations whose mark is in the body; a link can lead there. */
  readonly marked: ReadonlySet<string>;
}

interface Line {
  readonly indent: number;
  readonly pieces: readonly Piece[];
}
interface Piece {
  readonly text: string;
  readonly cited: readonly Citation[];
}

/** What fits in so many characters stays on one line. */
const lineWidth = 100;
const maxLines = 200;
const maxChars = 20 * 1024;

/** Pretty-prints an answer: keys sorted, short values on one line, at most 200 lines and 20 KB, cited lines always among them. */
export function shownJson(value: unknown, citations: readonly Citation[], observation: string): ShownJson {
  const lines = printed(value, { pointer: '', indent: 0, before: '', after: '', citations });
  const { kept, chars, allChars } = withinLimits(lines);
  const body: Child[] = [];
  let previous = -1;
  for (const i of kept) {
    if (i !== previous + 1) body.push(`… ${i - previous - 1} lines\n`);
    const line = lines[i];
    if (line) body.push('  '.repeat(line.indent), ...line.pieces.map((piece) => markedPiece(piece, observation)), '\n');
    previous = i;
  }
  const whole = kept.length === lines.length && chars === allChars;
  const cut = whole ? '' : `cut: ${kept.length} of ${lines.length} lines and ${chars} of ${allChars} characters shown; the whole answer is in transcript.jsonl`;
  const marked = new Set(kept.flatMap((i) => lines[i]?.pieces.flatMap((piece) => piece.cited.map((each) => each.id)) ?? []));
  return { body: new Markup(element('code', {}, ...body).toHTML()), cut, marked };
}

function markedPiece({ text, cited }: Piece, observation: string): Child {
  const shown = text.length > maxChars ? `${text.slice(0, maxChars)}…` : text;
  const [first, ...more] = cited;
  if (!first) return shown;
  // Each citation needs a place of its own for its link to land on, also where two cite the same value.
  const anchors = more.map((each) => element('span', { id: `${observation}-${each.id}` }));
  return element('mark', { id: `${observation}-${first.id}`, class: first.check, title: cited.map((each) => each.id).join(', ') }, ...anchors, shown);
}

function withinLimits(lines: readonly Line[]) {
  const length = ({ indent, pieces }: Line) => indent * 2 + pieces.reduce((sum, piece) => sum + piece.text.length, 1);
  const kept: number[] = [];
  let chars = 0;
  let allChars = 0;
  for (const [i, line] of lines.entries()) {
    const size = length(line);
    allChars += size;
    const isCited = line.pieces.some((piece) => piece.cited.length > 0);
    if (!isCited && (kept.length >= maxLines || (chars + size > maxChars && kept.length > 0))) continue;
    kept.push(i);
    chars += Math.min(size, maxChars);
  }
  return { kept, chars, allChars };
}

interface Place {
  readonly pointer: string;
  readonly indent: number;
  /** What stands before the value on its first line (its key) and after it on its last (a comma). */
  readonly before: string;
  readonly after: string;
  readonly citations: readonly Citation[];
}

function printed(value: unknown, place: Place): Line[] {
  const { pointer, indent, before, after } = place;
  const children = childrenOf(value, pointer);
  if (!children || roomAfter(value, lineWidth - indent * 2 - before.length) >= 0) {
    return [{ indent, pieces: [plainPiece(before), ...flat(value, pointer, place.citations), plainPiece(after)] }];
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const inner = children.flatMap((child, i) =>
    printed(child.value, { ...place, pointer: child.pointer, indent: indent + 1, before: child.label, after: i < children.length - 1 ? ',' : '' }));
  // A citation of the whole container marks its opening bracket.
  const opening: Piece = { text: open ?? '', cited: place.citations.filter((each) => each.pointer === pointer) };
  return [{ indent, pieces: [plainPiece(before), opening] }, ...inner, { indent, pieces: [plainPiece(`${close}${after}`)] }];
}

/** How much of a line is left after a value; stops looking as soon as nothing is. */
function roomAfter(value: unknown, room: number): number {
  if (value === null || typeof value !== 'object') return room - (typeof value === 'string' ? value.length + 2 : String(value).length);
  let left = room - 2;
  // The first elements of a long list fill the line: the list is not copied to find that out.
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    left = roomAfter((value as Record<string | number, unknown>)[key], left - (typeof key === 'string' ? key.length + 6 : 2));
    if (left < 0) return left;
  }
  return left;
}

/** One line of JSON in pieces, so that a cited part of it can be marked. */
function flat(value: unknown, pointer: string, citations: readonly Citation[]): Piece[] {
  const cited = citations.filter((each) => each.pointer === pointer);
  const children = childrenOf(value, pointer);
  if (!children || cited.length > 0 || !citations.some((each) => each.pointer.startsWith(`${pointer}/`))) return [{ text: compact(value), cited }];
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const parts = children.flatMap((child, i) => [plainPiece(`${i > 0 ? ', ' : ''}${child.label}`), ...flat(child.value, child.pointer, citations)]);
  return [plainPiece(open ?? ''), ...parts, plainPiece(close ?? '')];
}

function compact(value: unknown): string {
  const children = childrenOf(value, '');
  if (!children || children.length === 0) return JSON.stringify(value) ?? 'nothing';
  const inner = children.map((child) => child.label + compact(child.value)).join(', ');
  return Array.isArray(value) ? `[${inner}]` : `{ ${inner} }`;
}

const plainPiece = (text: string): Piece => ({ text, cited: [] });

function childrenOf(value: unknown, pointer: string) {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return value.map((each: unknown, i) => ({ label: '', value: each, pointer: `${pointer}/${i}` }));
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]: [string, unknown]) => ({ label: `${JSON.stringify(key)}: `, value: each, pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` }));
}
