import { readFileSync } from 'node:fs';

/** The version in package.json; it enters every bundle and fingerprint. */
export const labVersion: string = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
