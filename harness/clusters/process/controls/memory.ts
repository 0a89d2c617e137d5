import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../../../src/kernel/assert.ts';
import { LabError } from '../../../../src/kernel/result.ts';
import type { MemoryControl } from '../../contract.ts';
import { memoryLimit } from '../control-groups.ts';
import { freeLimit, setLimit } from '../groups.ts';
import { nodeOf, type ProcessWorld } from '../node.ts';

/** From here on a limit of version 1 is none: it writes the largest number of pages that it knows. */
const noLimitBytes = 2 ** 60;

/** The memory limit of a node's control group. */
export function memoryControl(world: ProcessWorld): MemoryControl {
  const groupOf = (id: string) => defined(nodeOf(world, id).groups.folders.get('memory'), 'memory group');
  return {
    limit: async (id, limitBytes) => {
      const { dir, version } = groupOf(id);
      try {
        await setLimit(world.ledger, dir, memoryLimit(version, limitBytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
        // Version 1 takes no limit below what cannot be given back at that moment; version 2 would kill at once.
        const usedBytes = Number(readFileSync(join(dir, 'memory.usage_in_bytes'), 'utf8'));
        throw new LabError({ code: 'LAB_LIMIT', because: `${id} holds ${mib(usedBytes)} already, and this kernel takes no limit of ${mib(limitBytes)} below that`, advice: 'Give a higher limit.' }, 4, { cause: error });
      }
    },
    restore: async (id) => {
      const { dir, version } = groupOf(id);
      await freeLimit(world.ledger, dir, memoryLimit(version, 1));
    },
    probeLimitBytes: async (id) => {
      const { dir, version } = groupOf(id);
      const limitBytes = Number(readFileSync(join(dir, memoryLimit(version, 1).file), 'utf8').trim());
      return Number.isNaN(limitBytes) || limitBytes > noLimitBytes ? Infinity : limitBytes;
    },
  };
}

const mib = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;
