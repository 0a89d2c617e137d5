import type { Millis } from '../../../../src/kernel/clock.ts';
import { bounds } from '../metrics/bounds.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Store } from '../store/store.ts';

type Half = 'generate' | 'apply';

/** What stores count of the copies of regions that they make, send, receive and take in. */
export class SnapshotMeters {
  /** Copies that a process has received and not yet taken in; another process has other books. */
  readonly #waiting = new WeakMap<Registry, number>();

  /** A leader is asked for a copy. */
  asked(leader: Store): void {
    count(leader, 'generate', 'start');
  }

  /** The region was scanned: so many bytes of it, so many in the files that were written. */
  generated(leader: Store, { bytes, packedBytes, spanMs }: { readonly bytes: number; readonly packedBytes: number; readonly spanMs: Millis }): void {
    took(leader, 'generate', spanMs);
    for (const [type, amount] of [['kv', bytes], ['sst', packedBytes]] as const) leader.metrics.registry.counter('tikv_snapshot_limit_generate_bytes', { type }).add(amount);
  }

  /** The files went out. */
  sent(leader: Store, packedBytes: number): void {
    transport(leader, 'send', packedBytes);
  }

  /** The files are there. */
  received(target: Store, packedBytes: number): void {
    transport(target, 'recv', packedBytes);
  }

  /** The copy waits for its turn and is taken in; what this answers is to be called when that has ended. */
  takingIn(target: Store): () => void {
    count(target, 'apply', 'start');
    const { registry } = target.metrics;
    this.#wait(registry, 1);
    return () => this.#wait(registry, -1);
  }

  /** The copy is in, and the engine's record of it written. */
  tookIn(target: Store, spanMs: Millis): void {
    took(target, 'apply', spanMs);
    target.metrics.raftstore.writeKvdb.observe(target.host.disk.syncMs() / 1000);
  }

  #wait(registry: Registry, more: number): void {
    const waiting = (this.#waiting.get(registry) ?? 0) + more;
    this.#waiting.set(registry, waiting);
    registry.set('tikv_worker_pending_task_total', { name: 'region-worker' }, waiting);
  }
}

function transport({ metrics: { registry } }: Store, type: 'send' | 'recv', bytes: number): void {
  registry.counter('tikv_server_snapshot_task_total', { type }).add(1);
  registry.counter('tikv_snapshot_limit_transport_bytes', { type }).add(bytes);
}

function count(store: Store, type: Half, status: string): void {
  store.metrics.registry.counter('tikv_raftstore_snapshot_total', { status, type }).add(1);
}

function took(store: Store, type: Half, spanMs: Millis): void {
  store.metrics.registry.histogram('tikv_raftstore_snapshot_duration_seconds', bounds.tikvDuration, { type }).observe(spanMs / 1000);
  for (const status of ['all', 'success']) count(store, type, status);
}
