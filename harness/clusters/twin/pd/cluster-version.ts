import { releases } from '../hosts/releases.ts';
import type { Pd } from './pd.ts';

const parts = (version: string): number[] => version.split('.').map(Number);
const older = (a: string, b: string): number => parts(a).map((part, at) => part - (parts(b)[at] ?? 0)).find((difference) => difference !== 0) ?? 0;

/** What all of a cluster may rely on: the oldest version among its stores. */
export class ClusterVersion {
  readonly #pd: Pick<Pd, 'stores' | 'log'>;
  #current: string = releases.tikv;

  constructor(pd: Pick<Pd, 'stores' | 'log'>) {
    this.#pd = pd;
  }

  get current(): string {
    return this.#current;
  }

  /** A store announced itself: with the last one that is new, the cluster is. */
  look(): void {
    const [oldest] = [...this.#pd.stores.values()].filter(({ buried }) => !buried).map(({ version }) => version).sort(older);
    if (oldest === undefined || oldest === this.#current) return;
    this.#pd.log({ source: 'cluster.go:2211', message: 'cluster version changed', fields: [['old-cluster-version', this.#current], ['new-cluster-version', oldest]] });
    this.#current = oldest;
  }
}
