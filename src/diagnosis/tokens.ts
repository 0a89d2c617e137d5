/**
 * How many bytes of text make one token, for bounds. Every tokenizer that works on bytes gives at most one token for a byte;
 * English takes about four bytes for one, JSON full of numbers between two and a half and three. Two is on the safe side.
 */
const bytesPerToken = 2;

/** A conservative estimate of the tokens in a text: real models count fewer. */
export const estimatedTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken);

/** The size of a text that is sure to stay within so many estimated tokens. */
export const bytesWithin = (tokens: number): number => tokens * bytesPerToken;
