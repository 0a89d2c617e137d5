const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/** Seconds of a PromQL number or duration (`0x1f`, `1e3`, `0755` octal, `1h30m`); `undefined` where it is neither. */
export function parseNumber(text: string): number | undefined {
  if (/^inf$/i.test(text)) return Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (/^\d+(ms|[smhdwy])/.test(text)) {
    const spanMs = parsePromDuration(text);
    return spanMs === undefined ? undefined : spanMs / 1_000;
  }
  const plain = text.replaceAll('_', '');
  // Go reads an integer first, whose base its first digits tell; what is too large for one is read as a decimal fraction.
  if (/^0[0-7]+$/.test(plain) && parseInt(plain, 8) < 2 ** 63) return parseInt(plain, 8);
  if (/^0x[0-9a-f]+$/i.test(plain)) return Number(plain) < 2 ** 63 ? Number(plain) : undefined;
  return /^(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?)$/i.test(plain) ? Number(plain) : undefined;
}

/** Milliseconds of a Prometheus duration: units from large to small, each at most once, 292 years at most (Go counts nanoseconds). */
export function parsePromDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (!match || text === '') return undefined;
  const units = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];
  const spanMs = units.reduce((totalMs, unit, i) => totalMs + Number(match[i + 1] ?? 0) * (unitMs[unit] ?? 0), 0);
  return spanMs * 1e6 < 2 ** 63 ? spanMs : undefined;
}

/** Milliseconds of a number of seconds, by way of nanoseconds as Go does it: 1001ms stays 1001. */
export const secondsToMs = (seconds: number): number => Math.trunc(Math.round(seconds * 1e9) / 1e6);

const simpleEscapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** The text of a quoted PromQL string, or `undefined` where its quotes or escapes are wrong. */
export function unquote(quoted: string): string | undefined {
  const quote = quoted[0];
  if (quote === undefined || quoted.length < 2 || quoted.at(-1) !== quote) return undefined;
  const body = quoted.slice(1, -1);
  if (quote === '`') return body.includes('`') ? undefined : body;
  let broken = false;
  const text = body.replace(/((?:\\x[0-9a-fA-F]{2}|\\[0-7]{3})+)|\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^]|$)/g, (_, bytes: string | undefined, escape: string) => {
    if (bytes !== undefined) return decodeBytes(bytes);
    if (escape === quote) return quote;
    const simple = simpleEscapes[escape];
    if (simple !== undefined) return simple;
    const code = /^[uU]./.test(escape) ? parseInt(escape.slice(1), 16) : NaN;
    broken ||= !(code <= 0x10ffff);
    return broken ? '' : String.fromCodePoint(code);
  });
  return broken ? undefined : text;
}

/** Escaped bytes as UTF-8. What is not UTF-8 becomes a lone surrogate: a text that no label can have, but a text. */
function decodeBytes(escapes: string): string {
  const bytes = Uint8Array.from(escapes.matchAll(/\\(?:x(..)|(\d{3}))/g), ([, hex, octal]) => (hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16)));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return String.fromCharCode(...Array.from(bytes, (byte) => (byte < 0x80 ? byte : 0xdc00 + byte)));
  }
}

/** Whether a text may be the name of a label: anything in well-formed UTF-8 but nothing. */
export const isLabelName = (text: string): boolean => text !== '' && text.isWellFormed();
