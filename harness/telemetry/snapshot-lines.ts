/** Neighbouring lines of one metric in a `lab-metrics` file. */
export interface Lines {
  readonly text: string;
  readonly from: number;
  to: number;
  /** Of the first of them. */
  readonly number: number;
}

/** One line, and which one it is in its file. */
export interface Line {
  readonly line: string;
  readonly number: number;
}

/** Where the lines of each metric are, behind the header; a line that does not begin with its name, or does not end, is of no metric. */
export function linesByMetric(texts: readonly string[], start: number): Map<string | undefined, Lines[]> {
  const found = new Map<string | undefined, Lines[]>();
  let number = 2;
  for (const [part, text] of texts.entries()) {
    let last: Lines | undefined;
    let beginning = '';
    for (let from = part === 0 ? start : 0; from < text.length; number++) {
      const end = text.indexOf('\n', from);
      const to = end < 0 ? text.length : end;
      if (last && beginning !== '' && text.startsWith(beginning, from) && isWhole(text, to)) last.to = to;
      else if (to > from) {
        const metric = metricOf(text, from, to);
        beginning = metric === undefined ? '' : `${nameKey}${metric}"`;
        last = { text, from, to, number };
        add(found, metric, last);
      }
      from = to + 1;
    }
  }
  return found;
}

/** The lines one by one, without empty ones. */
export const eachOf = ({ text, from, to, number }: Lines): Line[] =>
  text.slice(from, to).split('\n').map((line, at) => ({ line, number: number + at })).filter(({ line }) => line !== '');

const nameKey = '{"n":"';

const isWhole = (text: string, to: number): boolean => text[to - 1] === '}';

function metricOf(text: string, from: number, to: number): string | undefined {
  if (!text.startsWith(nameKey, from) || !isWhole(text, to)) return undefined;
  const name = text.slice(from + nameKey.length, text.indexOf('"', from + nameKey.length));
  return name.includes('\\') ? undefined : name;
}

function add(found: Map<string | undefined, Lines[]>, metric: string | undefined, lines: Lines): void {
  const known = found.get(metric);
  if (known) known.push(lines);
  else found.set(metric, [lines]);
}
