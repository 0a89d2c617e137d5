import type { HttpResponse } from '../../../../../src/ports/http.ts';

const json = 'application/json; charset=UTF-8';

/** Prometheus' text format, as its clients announce it. */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** PD's ordinary answer: JSON with two blanks of indentation. */
export const pretty = (body: unknown, status = 200): HttpResponse => ({ status, body: JSON.stringify(body, undefined, 2), contentType: json });

/** An ordinary answer with a list in it whose members are rendered already, each {@link asMember}. */
export const prettyList = (name: string, members: readonly string[]): HttpResponse => ({
  status: 200, body: `{\n  "count": ${members.length},\n  "${name}": [${members.length === 0 ? '' : `\n    ${members.join(',\n    ')}\n  `}]\n}`, contentType: json,
});

/** What {@link pretty} made, as it stands in a list. */
export const asMember = ({ body }: HttpResponse): string => body.replaceAll('\n', '\n    ');

/** The region endpoints encode by hand, without blanks. */
export const compact = (body: unknown): HttpResponse => ({ status: 200, body: JSON.stringify(body), contentType: json });

/** Answers that are plain text, among them the redirector's errors. */
export const plain = (body: string, status: number): HttpResponse => ({ status, body, contentType: 'text/plain; charset=utf-8' });

/** JSON with 64-bit numbers, which JavaScript's numbers cannot hold: `"#123#"` in the tree becomes `123`. */
export const withBigNumbers = (response: HttpResponse): HttpResponse => ({ ...response, body: response.body.replace(/"#(\d+)#"/g, '$1') });

/** Marks a 64-bit number for {@link withBigNumbers}. */
export const big = (value: bigint | string): string => `#${value}#`;

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Sizes as PD prints them: four significant digits, binary units, no blank. */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}

/** RFC 3339 with nine digits, trailing zeros cut, as Go prints it. */
export function goTimestamp(atMs: number): string {
  const text = new Date(atMs).toISOString();
  let end = text.length - 1;
  while (text[end - 1] === '0') end--;
  return `${text.slice(0, text[end - 1] === '.' ? end - 1 : end)}Z`;
}
