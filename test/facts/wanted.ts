import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFolder } from './reference.ts';

/** Names that the vendor's alert rules, the vendor's dashboards and the signatures of the incident catalogue speak of, with or without a histogram's ending. */
export function wantedFamilies(): Set<string> {
  const data = join(referenceFolder, 'tikv-data');
  const texts = [...readdirSync(data).map((file) => join(data, file)), join(referenceFolder, 'incidents.md')].map((path) => readFileSync(path, 'utf8'));
  const words = texts.flatMap((text) => text.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? []);
  return new Set(words.flatMap((word) => [word, word.replace(/_(bucket|sum|count)$/, '')]));
}
