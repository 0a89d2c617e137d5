import type { Deployment } from './contract.ts';

// Loaded when asked for: nobody needs all of them.
const known: Readonly<Record<string, () => Promise<Deployment>>> = {
  etcd: async () => (await import('./etcd/deployment.ts')).etcd,
  tikv: async () => (await import('./tikv/deployment.ts')).tikv,
};

/** How this subject is deployed, or undefined where nobody has said; a new one is a folder beside this and a line above. */
export async function deploymentOf(subject: string): Promise<Deployment | undefined> {
  return Object.hasOwn(known, subject) ? known[subject]?.() : undefined;
}
