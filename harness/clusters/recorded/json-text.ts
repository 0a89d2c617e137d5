/**
 * Index after the JSON value that starts at `start`, or `undefined` where it does not end. Cutting a document as text
 * keeps every digit of it, where parsing and printing would round 64-bit ids.
 */
export function endOfJson(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']' || char === ',') && depth === 0) return at;
    else if (char === '}' || char === ']') depth--;
    if (depth === 0 && at < text.length && (char === '"' || char === '}' || char === ']')) return at + 1;
  }
  return undefined;
}

/** Index of the quote that closes the string opened at `start`; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) if (!isEscaped(text, at)) return at;
  return text.length;
}

/** Backslashes escape each other first. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first--;
  return (at - first) % 2 === 1;
}

/** The texts of the whole elements of the list `"<key>": […]`, the first of that name; none where there is no such list. */
export function elementsOf(document: string, key: string): string[] {
  const opened = new RegExp(`"${key}"\\s*:\\s*\\[`).exec(document);
  if (!opened) return [];
  const elements: string[] = [];
  let at = skipGaps(document, opened.index + opened[0].length);
  while (at < document.length && document[at] !== ']') {
    const end = endOfJson(document, at);
    if (end === undefined) break;
    elements.push(document.slice(at, end));
    at = skipGaps(document, end);
  }
  return elements;
}

/** Index of the next character that is neither white space nor a comma. */
function skipGaps(text: string, start: number): number {
  let at = start;
  while (at < text.length && /[\s,]/.test(text[at] as string)) at++;
  return at;
}
