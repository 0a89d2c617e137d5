/**
 * What could end a quotation or deceive a reader: markup brackets, invisible and direction-changing characters, and the
 * "tag" characters that spell words which no person sees. Each is written as a JSON escape, so nothing is lost.
 */
const dangerous = /[<>&\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const escaped = (found: string): string => Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** JSON on one line that no text inside can break out of: it holds no angle bracket, and strings stay strings. */
export const quotedJson = (value: unknown): string => (JSON.stringify(value) ?? 'null').replace(dangerous, escaped);

/** A quotation of data for a model: the tag cannot be closed from inside, since what is inside holds no angle bracket. */
export const quotation = (tag: string, value: unknown): string => `<${tag}>\n${quotedJson(value)}\n</${tag}>`;
