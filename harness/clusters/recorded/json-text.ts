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

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"' && at < text.length) at += text[at] === '\\' ? 2 : 1;
  return at;
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
