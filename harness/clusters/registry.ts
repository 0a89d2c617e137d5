import type { ClusterKind } from './contract.ts';
import { recorded } from './recorded/kind.ts';
import { twin } from './twin/kind.ts';

/** Every kind of cluster that can be started here; a new one is a folder and a line. */
export const clusterKinds: ReadonlyMap<string, ClusterKind> = new Map([twin, recorded].map((kind) => [kind.name, kind]));
