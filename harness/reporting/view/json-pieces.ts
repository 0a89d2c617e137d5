/** A citation of one place in an answer: the JSON pointer and the id of the evidence. */
export interface Citation {
  readonly pointer: string;
  readonly id: string;
  /** How it fared; the class of its mark. */
  readonly check: string;
}

/** One line of a printed value. */
export interface Line {
  readonly indent: number;
  readonly pieces: readonly Piece[];
}

/** A part of a line, and who cites it. */
export interface Piece {
  readonly text: string;
  readonly cited: readonly Citation[];
}

/** What fits in so many characters stays on one line. */
const lineWidth = 100;

interface Place {
  readonly pointer: string;
  readonly indent: number;
  /** What stands before the value on its first line (its key) and after it on its last (a comma). */
  readonly before: string;
  readonly after: string;
  readonly citations: readonly Citation[];
}

/** A value in lines: keys sorted, and on one line what fits there. */
export const linesOf = (value: unknown, citations: readonly Citation[]): Line[] => printed(value, { pointer: '', indent: 0, before: '', after: '', citations });

function printed(value: unknown, place: Place): Line[] {
  const { pointer, indent, before, after, citations } = place;
  const parts = partsOf(value);
  if (!parts || roomAfter(value, lineWidth - indent * 2 - before.length) >= 0) {
    return [{ indent, pieces: [plainPiece(before), ...flat(value, pointer, citations), plainPiece(after)] }];
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const inner = parts.flatMap((part, i) =>
    printed(part.value, { ...within(citations, pointer, part), indent: indent + 1, before: part.label, after: i < parts.length - 1 ? ',' : '' }));
  // A citation of the whole container marks its opening bracket.
  const opening: Piece = { text: open ?? '', cited: citations.filter((each) => each.pointer === pointer) };
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
  const parts = citations.length > cited.length ? partsOf(value) : undefined;
  if (!parts || cited.length > 0) return [{ text: compact(value), cited }];
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const inner = parts.flatMap((part, i) => {
    const place = within(citations, pointer, part);
    return [plainPiece(`${i > 0 ? ', ' : ''}${part.label}`), ...flat(part.value, place.pointer, place.citations)];
  });
  return [plainPiece(open ?? ''), ...inner, plainPiece(close ?? '')];
}

function compact(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'nothing';
  if (Array.isArray(value)) return `[${value.map(compact).join(', ')}]`;
  const inner = keysOf(value).map((key) => labelOf(key) + compact((value as Record<string, unknown>)[key])).join(', ');
  return inner === '' ? '{}' : `{ ${inner} }`;
}

const plainPiece = (text: string): Piece => ({ text, cited: [] });

/** One element of a list, or one field of an object with its label. */
interface Part {
  readonly label: string;
  readonly value: unknown;
  readonly key: string | number;
}

function partsOf(value: unknown): Part[] | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return value.map((each: unknown, key) => ({ label: '', value: each, key }));
  return keysOf(value).map((key) => ({ label: labelOf(key), value: (value as Record<string, unknown>)[key], key }));
}

const keysOf = (value: object): string[] => Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined).sort();

const labelOf = (key: string): string => `${JSON.stringify(key)}: `;

/** Where a part stands, and the citations that point into it; most answers are cited nowhere, and nobody asks where their parts stand. */
function within(citations: readonly Citation[], pointer: string, { key }: Part): Pick<Place, 'pointer' | 'citations'> {
  if (citations.length === 0) return { pointer: '', citations };
  const here = `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { pointer: here, citations: citations.filter((each) => each.pointer === here || each.pointer.startsWith(`${here}/`)) };
}
