import type { LogLevel, LogLine } from '../../src/ports/logs.ts';

/** Time, level, one or two brackets (an etcd logger's name before the caller), then the message, quoted or bare. */
const unifiedLine = new RegExp(
  [
    /^\[(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3}) ([+-])(\d\d):(\d\d)\] /,
    /\[(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\] /,
    /(?:\[[^\]]*\] )?\[(?:[^\]]*:\d+|<unknown>)\] /,
    /\[(?:"((?:\\[^]|[^"\\])*)"|([^\]"]*))\]/,
  ]
    .map(({ source }) => source)
    .join(''),
);

/**
 * Reads a line of TiKV's and PD's unified log format, as far as every subject shares it. `undefined` for anything
 * else, such as the second line of a stack trace.
 */
export function parseUnifiedLogLine(node: string, raw: string): LogLine | undefined {
  const match = unifiedLine.exec(raw);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, ms, sign, zoneHour, zoneMinute, level, quoted, bare] = match;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), Number(ms));
  const zoneMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return {
    atMs: sign === '-' ? local + zoneMs : local - zoneMs,
    node,
    level: level as LogLevel,
    message: quoted === undefined ? (bare ?? '') : unescape(quoted),
    raw,
  };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
const unescape = (text: string): string => text.replace(/\\([^])/g, (_, escaped: string) => escapes[escaped] ?? escaped);
