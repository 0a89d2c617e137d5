import type { Counter } from '../../metrics/instruments.ts';
import type { World } from '../../world.ts';
import type { Store } from '../store.ts';

/** Measured on a store that was cut off from PD (recordings/tikv-partition-full): tries, those that were called off, and those that failed, per second. */
const perSecond = { try_connect: 3.3, cancel: 3, failure: 0.3 } as const;
/** Connections that are made when PD is there again. */
const connectionsBack = 2;
/** Requests for timestamps that wait while nobody answers. */
const waitingTimestamps = 2;
/** `storage.max-ts`: what is allowed beyond the newest timestamp, which is looked up this often. */
const drift = { allowedMs: 60_000, syncMs: 15_000 } as const;
/** The physical part of a timestamp stands above 18 bits of counting. */
const timestamp = (atMs: number): number => atMs * 2 ** 18;

/** What a store shows of its dealings with PD: connections, heartbeats that wait, and the newest timestamp. */
export class ControlPlaneMeters {
  readonly #world: World;
  readonly #store: Store;
  readonly #counters: Readonly<Record<keyof typeof perSecond | 'success', Counter>>;
  #seenMs: number;
  #reached = true;
  #lostMs = 0;
  #newestMs: number;

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    const { registry } = store.metrics;
    const counter = (type: string): Counter => registry.counter('tikv_pd_reconnect_total', { type });
    this.#counters = { try_connect: counter('try_connect'), cancel: counter('cancel'), failure: counter('failure'), success: counter('success') };
    this.#seenMs = this.#newestMs = world.engine.nowMs;
    this.#exportGauges();
    registry.beforeWrite(() => this.#look());
  }

  #exportGauges(): void {
    const gauge = (name: string, read: () => number) => this.#store.metrics.registry.gauge(name, {}, read);
    gauge('tikv_pd_pending_heartbeat_total', () => this.#waitingHeartbeats);
    gauge('tikv_pd_pending_tso_request_total', () => (this.#reached ? 0 : waitingTimestamps));
    gauge('tikv_concurrency_manager_max_ts', () => timestamp(Math.floor(this.#newestMs / 1_000) * 1_000));
    gauge('tikv_concurrency_manager_max_ts_limit', () => timestamp(Math.floor(this.#newestMs / drift.syncMs) * drift.syncMs + drift.allowedMs));
  }

  /** Each leader reports once a minute; while PD does not hear, the reports wait. */
  get #waitingHeartbeats(): number {
    if (this.#reached) return 0;
    const { led } = this.#world.index.of(this.#store.id);
    return Math.floor(Math.min(led.size, (led.size * (this.#world.engine.nowMs - this.#lostMs)) / 60_000));
  }

  #look(): void {
    const { nowMs } = this.#world.engine;
    const seconds = (nowMs - this.#seenMs) / 1000;
    this.#seenMs = nowMs;
    const reaches = this.#store.reachesPd;
    if (reaches) this.#newestMs = nowMs;
    if (!reaches) for (const [type, rate] of Object.entries(perSecond)) this.#counters[type as keyof typeof perSecond].add(rate * seconds);
    if (reaches === this.#reached) return;
    this.#reached = reaches;
    if (reaches) this.#counters.success.add(connectionsBack);
    else this.#lostMs = nowMs;
  }
}
