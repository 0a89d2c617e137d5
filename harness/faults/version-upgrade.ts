import { z } from 'zod';
import type { Fault } from './contract.ts';

const params = z.strictObject({ version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 8.5.9').default('8.5.9').describe('the version that is installed') });

/** One step of a rolling upgrade: another version is installed and the program is stopped in order. Reverting starts it, as that version: nobody takes an upgrade back. */
export const versionUpgrade: Fault<'process' | 'release', z.infer<typeof params>> = {
  kind: 'version-upgrade',
  title: 'A node is stopped in order and comes back as another version',
  needs: ['process', 'release'],
  params,
  paint: { label: 'upgrade', colour: 'slate' },
  inject: async ({ process, release }, struck, { version }) => {
    for (const node of struck) {
      await release.install(node, version);
      await process.terminate(node);
    }
  },
  revert: async ({ process }, struck) => {
    for (const node of struck) if ((await process.state(node)) === 'exited') await process.start(node);
  },
  witness: async ({ process, release }, struck, { version }) => {
    const seen = await Promise.all(struck.map(async (node) => ({ node, state: await process.state(node), installed: await release.installed(node) })));
    return {
      bites: seen.length > 0 && seen.every(({ state, installed }) => state === 'exited' && installed === version),
      measured: seen.map(({ node, state, installed }) => `process of ${node} is ${state}, and version ${installed} is installed`).join(', '),
    };
  },
};
