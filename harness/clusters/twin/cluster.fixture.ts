import { orThrow } from '../../../src/kernel/result.ts';
import type { LogLine, LogQuery } from '../../../src/ports/logs.ts';
import { capabilities, type ClusterSpec, type Controls, type RunningCluster } from '../contract.ts';
import { twin } from './kind.ts';

/** A small cluster: boots fast and still has thirty leaders per store. */
export const smallSpec: ClusterSpec = {
  kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 90,
  load: { shape: 'mixed', ratePerSecond: 1_000, reads: 0.6, keys: 'zipfian', valueBytes: 1_024 },
};

/** A store as PD's API shows it, as far as tests look. */
export interface ShownStore {
  readonly store: { readonly id: number; readonly address: string; readonly state_name: string };
  readonly status: { readonly leader_count: number; readonly region_count: number; readonly slow_score?: number; readonly is_busy?: boolean };
}

/** A started twin with the questions that tests ask. */
export class TestCluster {
  readonly cluster: RunningCluster;

  private constructor(cluster: RunningCluster) {
    this.cluster = cluster;
  }

  static async start(seed = 1, spec: ClusterSpec = smallSpec): Promise<TestCluster> {
    return new TestCluster(orThrow(await twin.start(spec, seed)));
  }

  get now(): number {
    return this.cluster.clock.now();
  }

  get controls() {
    const { controls } = this.cluster;
    for (const capability of capabilities) if (capability !== 'data' && !controls[capability]) throw new Error(`the twin lost its ${capability} control`);
    return controls as Required<Omit<Controls, 'data'>>;
  }

  pass = (seconds: number): Promise<void> => this.cluster.pass(seconds * 1000);

  /** The value of an expression by instance. */
  async query(promql: string): Promise<Record<string, number>> {
    const samples = orThrow(await this.cluster.ports.metrics.query(promql));
    return Object.fromEntries(samples.map(({ labels, value }) => [(labels['instance'] ?? '').replace(/:.*/, ''), value]));
  }

  async pd<T>(path: string, node?: string): Promise<{ status: number; body: T }> {
    const [route = '', query] = path.split('?');
    const response = orThrow(await this.cluster.ports.controlPlane.request({
      method: 'GET', path: `/pd/api/v1${route}`, query: Object.fromEntries(new URLSearchParams(query)), ...(node !== undefined && { node }),
    }));
    return { status: response.status, body: parsed(response.body) as T };
  }

  async store(node: string): Promise<ShownStore> {
    const { body } = await this.pd<{ stores: ShownStore[] }>('/stores');
    const found = body.stores.find((each) => each.store.address === `${node}:20160`);
    if (!found) throw new Error(`PD shows no ${node}`);
    return found;
  }

  async pendingRegions(): Promise<number> {
    return (await this.pd<{ count: number }>('/regions/check/pending-peer')).body.count;
  }

  async log(query: LogQuery): Promise<readonly LogLine[]> {
    return orThrow(await this.cluster.ports.logs.search({ limit: 100_000, ...query })).lines;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
