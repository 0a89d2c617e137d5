import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../src/kernel/result.ts';
import { spell } from '../../scenario/problem.ts';
import { parseYaml, type YamlSource } from '../../scenario/yaml-source.ts';
import { findingsOf } from '../../scenario/zod-findings.ts';
import { shownPath } from '../places.ts';
import { strayKeys, type Variant, variantOf, variantSchema } from './variant.ts';

/** The variants in these files and folders, in that order; everything that is wrong with them ends the command at once (exit 2). */
export function loadVariants(paths: readonly string[]): Variant[] {
  const read = paths.flatMap(filesAt).map((path) => readVariant(readFileSync(path, 'utf8'), path));
  const problems = read.flatMap((each) => ('problems' in each ? each.problems : []));
  const variants = read.flatMap((each) => ('variant' in each ? [each.variant] : []));
  const twice = variants.filter(({ variant }, index) => variants.findIndex((other) => other.variant === variant) < index);
  const all = [...problems, ...twice.map(({ variant }) => `two files are called "${variant}"`)];
  if (all.length > 0) throw new LabError({ code: 'LAB_VARIANT_INVALID', because: all.join('\n'), advice: 'docs/scoring.md shows the form of a variant.' }, 2);
  return variants;
}

function filesAt(path: string): string[] {
  let found: string[];
  try {
    if (statSync(path).isFile()) return [path];
    found = readdirSync(path).filter((file) => /\.ya?ml$/.test(file)).sort().map((file) => join(path, file));
  } catch {
    throw new LabError({ code: 'LAB_VARIANT_INVALID', because: `there is no file or folder ${shownPath(path)}`, advice: 'Name a variant file or a folder of them; variants/ holds examples.' }, 2);
  }
  if (found.length > 0) return found;
  throw new LabError({ code: 'LAB_VARIANT_INVALID', because: `${shownPath(path)} holds no variant`, advice: 'A variant ends in .yaml.' }, 2);
}

/** One variant out of its text, or every problem with its line and column. */
export function readVariant(text: string, path: string): { readonly variant: Variant } | { readonly problems: readonly string[] } {
  const source = parseYaml(text);
  const told = (place: { line: number; column: number }, words: string, hint?: string): string => `${shownPath(path)}:${place.line}:${place.column}: ${words}${hint === undefined ? '' : `; ${hint}`}`;
  if (source.faults.length > 0 || !source.readable) return { problems: source.faults.map((fault) => told(fault, fault.message, fault.suggestion)) };
  const parsed = variantSchema.safeParse(source.data);
  if (!parsed.success) {
    const { findings } = findingsOf(parsed.error.issues, { schema: variantSchema, data: source.data });
    const placed = findings.map((finding) => ({ finding, place: source.placeOf(finding.path, finding.spot) }));
    return { problems: placed.sort((a, b) => a.place.line - b.place.line).map(({ finding, place }) => told(place, finding.message, finding.suggestion)) };
  }
  const stray = strayKeys(parsed.data);
  if (stray.length > 0) return { problems: stray.map((key) => told(keyPlace(source, key), `${spell([key])} is for claude; ${parsed.data.diagnostician.split(':')[0]} does not know it`)) };
  return { variant: variantOf(parsed.data, path) };
}

const keyPlace = (source: YamlSource, key: string): { line: number; column: number } => source.placeOf([key], 'key');
