import { type Child, element, type Markup } from '../markup.ts';
import { type Citation, type Line, linesOf, type Piece } from './json-pieces.ts';

/** JSON as a page shows it, with the cited places marked, and what was left out in words. */
export interface ShownJson {
  readonly body: Markup;
  readonly cut: string;
  /** The citations whose mark is in the body; a link can lead there. */
  readonly marked: ReadonlySet<string>;
}

const maxLines = 200;
const maxChars = 20 * 1024;

/** Pretty-prints an answer: keys sorted, short values on one line, at most 200 lines and 20 KB, cited lines always among them. */
export function shownJson(value: unknown, citations: readonly Citation[], observation: string): ShownJson {
  const lines = linesOf(value, citations);
  const { kept, chars, allChars } = withinLimits(lines);
  const whole = kept.length === lines.length && chars === allChars;
  const cut = whole ? '' : `cut: ${kept.length} of ${lines.length} lines and ${chars} of ${allChars} characters shown; the whole answer is in transcript.jsonl`;
  const marked = new Set(citations.length === 0 ? [] : kept.flatMap((i) => lines[i]?.pieces.flatMap((piece) => piece.cited.map((each) => each.id)) ?? []));
  return { body: element('code', {}, ...written(lines, kept, observation)), cut, marked };
}

/** The kept lines, with a word for those between them. What stands between two marks is one text: it is escaped at once. */
function written(lines: readonly Line[], kept: readonly number[], observation: string): Child[] {
  const body: Child[] = [];
  let text = '';
  let next = 0;
  for (const i of kept) {
    if (i !== next) text += `… ${i - next} lines\n`;
    const { indent, pieces } = lines[i] as Line;
    text += '  '.repeat(indent);
    for (const piece of pieces) {
      if (piece.cited.length === 0) text += shortened(piece.text);
      else {
        body.push(text, marked(piece, observation));
        text = '';
      }
    }
    text += '\n';
    next = i + 1;
  }
  return [...body, text];
}

function marked({ text, cited }: Piece, observation: string): Markup {
  const [first, ...more] = cited.map(({ id }) => `${observation}-${id}`);
  // Each citation needs a place of its own for its link to land on, also where two cite the same value.
  const anchors = more.map((id) => element('span', { id }));
  return element('mark', { id: first, class: cited[0]?.check, title: cited.map(({ id }) => id).join(', ') }, ...anchors, shortened(text));
}

const shortened = (text: string): string => (text.length > maxChars ? `${text.slice(0, maxChars)}…` : text);

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
