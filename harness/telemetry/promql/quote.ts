const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };

/** A text in quotes as Go writes it: what cannot be printed is escaped. */
export function goQuote(text: string, quote: '"' | "'" = '"'): string {
  const body = text.replace(/[^]/gu, (mark) => {
    if (mark === quote) return `\\${quote}`;
    const known = escapes[mark];
    if (known !== undefined) return known;
    if (mark === ' ' || !/[\p{C}\p{Z}]/u.test(mark)) return mark;
    const code = mark.codePointAt(0) as number;
    if (code >= 0xd800 && code < 0xe000) return '\ufffd';
    return code < 0x80 ? `\\x${hex(code, 2)}` : code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
  return `${quote}${body}${quote}`;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
