import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { scenarioSchema } from '../../scenario/schema.ts';
import { recordingsFolder } from './kind.ts';

interface RawMeta {
  readonly startMs: number;
  readonly fault: { readonly kind?: string; readonly injectMs: number; readonly revertMs: number } | null;
  readonly truth: { readonly verdict: string; readonly causes: readonly { readonly component: string; readonly kind: string }[] } | null;
}

// The raw recordings lie beside the repository where it is developed, and nowhere else.
const rawFolder = join(recordingsFolder, '../../shared/reference/recordings');
const raws = existsSync(rawFolder) ? readdirSync(rawFolder).filter((name) => /^(tikv|etcd)-/.test(name)) : [];
const metaOf = (raw: string): RawMeta => JSON.parse(readFileSync(join(rawFolder, raw, 'meta.json'), 'utf8')) as RawMeta;
const nameOf = (raw: string): string => raw.replace(/^tikv-/, '');

describe.skipIf(raws.length === 0)('recorded scenarios against the raw recordings (skipped where these are absent)', () => {
  test.each(raws)('%s: the scenario tells the truth that the recorder wrote down', (raw) => {
    const { truth } = scenarioSchema.parse(parse(readFileSync(join(recordingsFolder, '../scenarios/recorded', `${nameOf(raw)}.yaml`), 'utf8')));
    const { truth: written } = metaOf(raw);
    // PD alone was recorded without a verdict; the scenarios derive theirs from what was done.
    if (written === null) return expect(raw).toContain('pd-only');
    expect(truth.verdict).toBe(written.verdict);
    // Where members died until no majority was left, naming the loss of the quorum is as right as naming its dead.
    const [first] = truth.causes;
    if (first?.kind === 'replica-quorum-lost') return expect(first.accept).toEqual(expect.arrayContaining(written.causes.map(({ component, kind }) => ({ component, kind }))));
    expect(truth.causes.map(({ kind }) => kind)).toEqual(written.causes.map(({ kind }) => kind));
    expect(truth.causes.map(({ component }) => component.replace(/^region-\d+$/, 'region'))).toEqual(written.causes.map(({ component }) => component));
  });

  test.each(raws)('%s: the acts are those of the recording', (raw) => {
    const script = JSON.parse(readFileSync(join(recordingsFolder, nameOf(raw), 'script.json'), 'utf8')) as unknown;
    const { startMs, fault } = metaOf(raw);
    expect(script).toMatchObject(fault && fault.kind !== 'none' ? { startMs, injectMs: fault.injectMs, revertMs: fault.revertMs } : { startMs });
  });
});
