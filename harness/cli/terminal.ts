/** What a terminal can show. */
export interface TerminalLooks {
  readonly colour: boolean;
  readonly unicode: boolean;
}

/** Colour only on a terminal that wants it (NO_COLOR, TERM=dumb and FORCE_COLOR are honoured); glyphs only in a UTF-8 locale. */
export function terminalLooks(stream: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>> = process.env): TerminalLooks {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const forced = (env['FORCE_COLOR'] ?? '0') !== '0';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C.UTF-8';
  return { colour: forced || (stream.isTTY === true && !refused), unicode: /utf-?8/i.test(locale) };
}
