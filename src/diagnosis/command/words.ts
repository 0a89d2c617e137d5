import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Splits a command line into words; single and double quotes group, a backslash escapes. No shell is involved. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === '\\') word = (word ?? '') + line.charAt(++i);
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}

/** Words that name files become absolute paths, since the program runs in a folder of its own. */
export function absoluteWords(words: readonly string[], fromDir: string): string[] {
  return words.map((word, index) => {
    const isPath = word.includes('/') || index > 0;
    return isPath && !word.startsWith('-') && existsSync(resolve(fromDir, word)) ? resolve(fromDir, word) : word;
  });
}
