import { mkdirSync, mkdtempSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disksUndoer } from './disk-images.ts';
import { scratchUndoer } from './scratch.ts';
import { composeUndoers } from './undoers.ts';

const place = (): string => mkdtempSync(join(tmpdir(), 'undo-'));

test('a run’s folder is deleted, once or twice, and no other folder', async () => {
  const folder = join(place(), 'operator-lab-labab12cd');
  mkdirSync(folder);
  writeFileSync(join(folder, 'override.yaml'), '');
  await scratchUndoer.undo({ folder });
  await scratchUndoer.undo({ folder });
  expect(existsSync(folder)).toBe(false);
  const other = place();
  await expect(scratchUndoer.undo({ folder: other })).rejects.toThrow('not a folder of a run');
  expect(existsSync(other)).toBe(true);
});

test('disks that were never mounted are deleted with their images', async () => {
  const folder = join(place(), 'disks');
  mkdirSync(join(folder, 'etcd-1'), { recursive: true });
  writeFileSync(join(folder, 'etcd-1.img'), '');
  await disksUndoer.undo({ folder });
  expect(existsSync(folder)).toBe(false);
});

test('lab clean has words for every change', () => {
  const data: Record<string, object> = {
    'compose-project': { run: 'lab1' }, 'compose-disks': { folder: '/tmp/operator-lab-lab1/disks' }, 'compose-folder': { folder: '/tmp/operator-lab-lab1' },
    'container-change': { 'io.operator-lab.run': 'lab1', container: 'ab', node: 'etcd-1', undoing: 'limits' },
  };
  expect(composeUndoers.map(({ kind, describe }) => describe?.(data[kind] as never))).toEqual([
    'containers, networks and volumes of lab1', 'a change to the container etcd-1', 'disks in /tmp/operator-lab-lab1/disks', 'folder /tmp/operator-lab-lab1',
  ]);
});
