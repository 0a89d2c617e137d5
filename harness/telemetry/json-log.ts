import type { LogLevel, LogLine } from '../../src/ports/logs.ts';

const levels: Readonly<Record<string, LogLevel>> = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR', dpanic: 'ERROR', panic: 'FATAL', fatal: 'FATAL' };

/** How zap begins its lines; the fields behind the message are most of a line, and nobody asks for them one by one. */
const zapLine = /^\{"level":"(\w+)","ts":"([^"\\]*)",(?:"(?:logger|caller)":"[^"\\]*",)*"msg":"([^"\\]*)"[^]*\}$/;

/** Reads a line of etcd's JSON log (`level`, `ts`, `msg`); `undefined` for anything else. */
export function parseJsonLogLine(node: string, raw: string): LogLine | undefined {
  if (!raw.startsWith('{')) return undefined;
  const { level, ts, msg } = beginningOf(raw);
  const atMs = typeof ts === 'string' ? Math.floor(Date.parse(ts)) : NaN;
  const known = typeof level === 'string' ? levels[level] : undefined;
  return known && typeof msg === 'string' && Number.isFinite(atMs) ? { atMs, node, level: known, message: msg, raw } : undefined;
}

function beginningOf(raw: string): { readonly level?: unknown; readonly ts?: unknown; readonly msg?: unknown } {
  const [, level, ts, msg] = zapLine.exec(raw) ?? [];
  if (msg !== undefined) return { level, ts, msg };
  try {
    return JSON.parse(raw) as { level?: unknown; ts?: unknown; msg?: unknown };
  } catch {
    return {};
  }
}
