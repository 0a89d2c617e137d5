import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../src/kernel/result.ts';
import { processEntry } from '../journal/process-table.ts';
import { lockFolder } from './out-lock.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'lab-lock-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const refused = (take: () => Disposable): LabError | undefined => {
  try {
    take()[Symbol.dispose]();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  return undefined;
};

describe('two labs on one --out', () => {
  it('the second one is told who is there, and may go once the first has ended', () => {
    const first = lockFolder(join(root, 'runs'));
    expect(refused(() => lockFolder(join(root, 'runs')))).toMatchObject({ exitCode: 2, failure: { code: 'LAB_OUT_IN_USE', because: expect.stringContaining(`process ${process.pid}`) } });
    expect(refused(() => lockFolder(join(root, 'others')))).toBeUndefined();
    first[Symbol.dispose]();
    expect(refused(() => lockFolder(join(root, 'runs')))).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
  });

  it('what a dead lab left is taken over, also when its number belongs to somebody else by now', () => {
    for (const owner of [{ pid: 2 ** 22 + 1, started: '1' }, { pid: process.pid, started: 'long ago' }, 'torn']) {
      writeFileSync(join(root, '.runs.lab-lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));
      using _lock = lockFolder(join(root, 'runs'));
      expect(readdirSync(root)).toEqual(['.runs.lab-lock']);
    }
    expect(existsSync(join(root, '.runs.lab-lock'))).toBe(false);
    expect(processEntry(process.pid)?.started).not.toBe('long ago');
  });

  it('a place that cannot be written is named', () => {
    writeFileSync(join(root, 'file'), '');
    expect(refused(() => lockFolder(join(root, 'file', 'runs')))).toMatchObject({ failure: { code: 'LAB_DISK' } });
  });
});
