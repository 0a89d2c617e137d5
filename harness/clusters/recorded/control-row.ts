import { requestTarget, type HttpRequest } from '../../../src/ports/http.ts';
import { endOfJson } from './json-text.ts';
import { controlRowHeadSchema, type ControlRowHead } from './recording-form.ts';

/** One remembered answer, with its body as the text that came over the wire; absent where it was not kept. */
export interface ControlRow extends ControlRowHead {
  readonly bodyText?: string;
}

/**
 * Parses one line of `control.jsonl`. A body that is JSON is taken as text and not parsed: PD's member ids and
 * nanosecond times are larger than the integers a double can hold, and would come out changed.
 */
export function parseControlRow(line: string): ControlRow {
  const at = line.indexOf(bodyKey);
  if (at < 0) return controlRowHeadSchema.parse(JSON.parse(line));
  const start = at + bodyKey.length;
  const end = endOfBody(line, start);
  const head = controlRowHeadSchema.parse(JSON.parse(`${line.slice(0, at)}"body":0${line.slice(end)}`));
  const body = line.slice(start, end);
  return { ...head, bodyText: body.startsWith('"') ? (JSON.parse(body) as string) : body };
}

/** Nothing else in a row is an object or a list: what ends one right before the row itself is the body, however long. */
function endOfBody(line: string, start: number): number {
  if (/[{[]/.test(line.charAt(start)) && /[}\]]}$/.test(line.slice(-2))) return line.length - 1;
  return endOfJson(line, start) ?? line.length;
}

/** One line of `control.jsonl`, without its line end. */
export function formatControlRow({ bodyText, ...head }: ControlRow): string {
  if (bodyText === undefined) return JSON.stringify(head);
  return `${JSON.stringify(head).slice(0, -1)},${bodyKey}${!bodyText.includes('\n') && isJsonDocument(bodyText) ? bodyText : JSON.stringify(bodyText)}}`;
}

/** Quotes inside a JSON string are escaped, so the first of these can only be the row's own key. */
const bodyKey = '"body":';

/** Whether the text is a whole JSON object or list. */
export function isJsonDocument(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** `GET /path?query`, with the body of a POST behind it: how recordings name a request. An empty JSON object asks for nothing in particular. */
export const requestLine = (request: HttpRequest): string => [request.method, requestTarget(request), request.body === '{}' ? '' : request.body].filter(Boolean).join(' ');
