import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startMs, writeRawRecording } from '../clusters/recorded/raw-recording.test-kit.ts';
import { registerImport } from './import.ts';

describe('lab import', () => {
  const home = mkdtempSync(join(tmpdir(), 'lab-import-cli-'));
  const [raw, out] = [join(home, 'raw'), join(home, 'out')];
  beforeAll(() => writeRawRecording(raw));
  afterAll(() => rmSync(home, { recursive: true }));

  async function run(...args: string[]): Promise<string> {
    const printed: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    try {
      const program = new Command().exitOverride();
      registerImport(program);
      await program.parseAsync(['import', ...args], { from: 'user' });
    } finally {
      write.mockRestore();
    }
    return printed.join('');
  }

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
