import type { Millis } from '../../../src/kernel/clock.ts';
import type { InventoryNode } from '../../../src/ports/ports.ts';
import { parseJsonLogLine } from '../../telemetry/json-log.ts';
import { parseUnifiedLogLine } from '../../telemetry/unified-log.ts';
import { formatControlRow, isJsonDocument, parseControlRow, type ControlRow } from './control-row.ts';

/** The answers of a raw recording that a client could have got up to `endMs`, in order of time. What a person did to the cluster is no answer to an operator. */
export function controlText(text: string, inventory: readonly InventoryNode[], endMs: Millis): string {
  const askable = new Set(inventory.flatMap(({ node, role }) => [node, role]));
  const rows = text.split('\n').filter((line) => line !== '').map((line) => asServed(parseControlRow(line)));
  return rows
    .filter((row) => askable.has(row.node) && row.t <= endMs && row.actor === undefined && !isDerived(row))
    .sort((a, b) => a.t - b.t)
    .map((row) => `${formatControlRow(row)}\n`)
    .join('');
}

/** Rows such as `GET /regions#summary` are the recorder's own digest; no server would answer them. */
const isDerived = (row: ControlRow): boolean => row.request.includes('#');

/**
 * Raw recordings of TiKV keep a failed request as status 0 with the error's text for a body, and cut the long
 * answers of single members short; half a JSON document is nothing that a server would say, so it is left out.
 */
function asServed({ bodyText, ...head }: ControlRow): ControlRow {
  if (head.status === 0) {
    const { status: _, ...asked } = head;
    return { ...asked, error: bodyText ?? 'no answer' };
  }
  const isCut = bodyText !== undefined && head.status === 200 && /^[[{]/.test(bodyText) && !isJsonDocument(bodyText);
  return bodyText === undefined || isCut ? head : { ...head, bodyText };
}

/** Several outputs of one process as one log in order of time; a line without a time stays with the line before it. */
export function mergeLogs(logs: readonly string[], endMs: Millis): string {
  const entries = logs.flatMap((text) => text.split(/\n(?=\[\d{4}\/|\{")/)).map((entry) => entry.replace(/\n+$/, ''));
  const timed = entries.filter((entry) => entry !== '').map((entry) => ({ entry, atMs: (parseUnifiedLogLine('', entry) ?? parseJsonLogLine('', entry))?.atMs ?? -Infinity }));
  const kept = timed.filter(({ atMs }) => atMs <= endMs);
  return kept.sort((a, b) => a.atMs - b.atMs).map(({ entry }) => `${entry}\n`).join('');
}
