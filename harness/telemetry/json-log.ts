import type { LogLevel, LogLine } from '../../src/ports/logs.ts';

const levels: Readonly<Record<string, LogLevel>> = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR', dpanic: 'ERROR', panic: 'FATAL', fatal: 'FATAL' };

/** Reads a line of etcd's JSON log (`level`, `ts`, `msg`); `undefined` for anything else. */
export function parseJsonLogLine(node: string, raw: string): LogLine | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    const { level, ts, msg } = JSON.parse(raw) as { level?: unknown; ts?: unknown; msg?: unknown };
    const atMs = typeof ts === 'string' ? Math.floor(Date.parse(ts)) : NaN;
    const known = typeof level === 'string' ? levels[level] : undefined;
    return known && typeof msg === 'string' && Number.isFinite(atMs) ? { atMs, node, level: known, message: msg, raw } : undefined;
  } catch {
    return undefined;
  }
}
