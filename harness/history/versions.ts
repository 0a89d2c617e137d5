import { failed, ok, type Result } from '../../src/kernel/result.ts';

/** How documents of one name are brought to their present form; `steps[n]` makes version n + 1 out of version n. */
export interface Versioned {
  /** What stands before the slash in `schema`, such as `lab.run`. */
  readonly name: string;
  readonly current: number;
  readonly steps?: Readonly<Record<number, (older: Readonly<Record<string, unknown>>) => Record<string, unknown>>>;
}

/**
 * The documents of a bundle. A change that older readers would misread gets a new number and a step from the one before;
 * a field that may be missing needs neither. `test/fixtures/first-bundle` is the first form that the lab ever wrote.
 */
export const bundleDocuments = {
  run: { name: 'lab.run', current: 1 },
  answer: { name: 'lab.answer', current: 1 },
} as const satisfies Record<string, Versioned>;

/** A document in its present form, whichever version it was written in; one of a newer lab is refused. */
export function upgraded(document: unknown, versioned: Versioned): Result<unknown> {
  const { name, current, steps = {} } = versioned;
  const written = versionOf(document, name);
  if (written === undefined) return ok(document);
  if (written > current) return failed('LAB_BUNDLE_NEWER', `it is ${name}/v${written}, written by a newer lab; this one reads up to ${name}/v${current}`, 'Update the lab.');
  let upToDate = document as Record<string, unknown>;
  for (let version = written; version < current; version++) {
    const step = steps[version];
    if (step === undefined) return failed('LAB_BUNDLE_BROKEN', `there never was a ${name}/v${version}`);
    upToDate = { ...step(upToDate), schema: `${name}/v${version + 1}` };
  }
  return ok(upToDate);
}

/** The number in `schema`; undefined where there is none, which the schema itself will object to. */
function versionOf(document: unknown, name: string): number | undefined {
  const schema = document !== null && typeof document === 'object' && 'schema' in document ? document.schema : undefined;
  const match = typeof schema === 'string' && schema.startsWith(`${name}/v`) ? /^\d{1,9}$/.exec(schema.slice(name.length + 2)) : null;
  return match === null ? undefined : Number(match[0]);
}
