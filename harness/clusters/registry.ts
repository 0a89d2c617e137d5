import { defined } from '../../src/kernel/assert.ts';
import type { ClusterKind, ClusterKindName } from './contract.ts';

// Loaded when asked for: a recording does not need the twin's model, and the other way round.
const kinds: Partial<Record<ClusterKindName, () => Promise<ClusterKind>>> = {
  twin: async () => (await import('./twin/kind.ts')).twin,
  recorded: async () => (await import('./recorded/kind.ts')).recorded,
  compose: async () => (await import('./compose/kind.ts')).compose,
  process: async () => (await import('./process/kind.ts')).process,
};

/** The kind of cluster with this name; a new one is a folder and a line above. */
export async function clusterKind(name: ClusterKindName): Promise<ClusterKind> {
  return defined(kinds[name], `cluster kind ${name}`)();
}
