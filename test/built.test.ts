import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';

interface Built {
  readonly builtMain: (dir: string, below: string) => string | undefined;
  readonly stampOf: (path: string, below: string) => object;
}

const { builtMain, stampOf } = (await import(new URL('../bin/built.mjs', import.meta.url).href)) as Built;

describe('what was built, as the lab starts', () => {
  let home: string;
  let dir: string;
  const source = () => join(home, 'lab.ts');

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'lab-built-'));
    dir = join(home, 'built');
    mkdirSync(dir);
    writeFileSync(source(), 'export {};\n');
    writeFileSync(join(dir, 'made-of.json'), JSON.stringify({ packageDir: home, entry: 'main.mjs', stamps: [stampOf('lab.ts', home)] }));
    return () => rmSync(home, { recursive: true });
  });

  it('is used while its sources are as they were', () => {
    expect(builtMain(dir, home)).toBe(pathToFileURL(join(dir, 'main.mjs')).href);
  });

  it('is left alone when a source has other text, was touched, or is gone', () => {
    utimesSync(source(), 1, 1);
    expect(builtMain(dir, home)).toBeUndefined();
    writeFileSync(source(), 'export { lab };\n');
    expect(builtMain(dir, home)).toBeUndefined();
    rmSync(source());
    expect(builtMain(dir, home)).toBeUndefined();
  });

  it('is left alone in a package that was moved or copied', () => {
    expect(builtMain(dir, tmpdir())).toBeUndefined();
  });

  it('is missed by nobody where it was never made', () => {
    expect(builtMain(join(home, 'none'), home)).toBeUndefined();
  });
});
