import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMs, writeRawRecording } from '../clusters/recorded/raw-recording.test-kit.ts';
import { registerImport } from './import.ts';
import { printedBy } from './printed.test-kit.ts';

describe('lab import', () => {
  const home = mkdtempSync(join(tmpdir(), 'lab-import-cli-'));
  const [raw, out] = [join(home, 'raw'), join(home, 'out')];
  beforeAll(() => writeRawRecording(raw));
  afterAll(() => rmSync(home, { recursive: true }));

  const run = (...args: string[]): Promise<string> => printedBy(registerImport, ['import', ...args]);

  test('says what it imported and how large it is', async () => {
    await expect(run(raw, '--out', out, '--quality', '1', '--until', '1m20s')).resolves.toMatch(/^imported tikv-tiny into .*out: 80 s, 5 files, \d+ kB\n$/);
    expect(JSON.parse(readFileSync(join(out, 'script.json'), 'utf8'))).toMatchObject({ startMs, endMs: startMs + 80_000 });
  });

  test.each([
    ['a span that is none', ['--until', 'soon'], 'LAB_USAGE'],
    ['a quality that Brotli does not have', ['--quality', '12'], 'LAB_USAGE'],
    ['an import that is there already', ['--quality', '1'], 'LAB_IMPORT_EXISTS'],
  ])('refuses %s with exit code 2', async (_, flags, code) => {
    await expect(run(raw, '--out', out, ...flags)).rejects.toMatchObject({ exitCode: 2, failure: { code } });
  });

  test('refuses a folder that is no recording, and leaves nothing behind', async () => {
    await expect(run(home, '--out', join(home, 'none'))).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_NOT_A_RECORDING' } });
    expect(existsSync(join(home, 'none'))).toBe(false);
  });
});
