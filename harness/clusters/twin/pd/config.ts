import type { Json } from '../../../../src/kernel/json.ts';

type Section = Record<string, Json>;

/** Items that PD shows only once they are set. */
const hidden: ReadonlySet<string> = new Set(['halt-scheduling']);

/** `replication.max-replicas`: of each region, unless it was set otherwise. */
export const defaultReplicas = 3;

/** PD's scheduling and replication configuration, with the defaults of v8.5.5; regions do not merge, as in the recorded clusters (the default is 54 MiB). */
export class PdConfig {
  readonly schedule: Section;
  readonly replication: Section;
  readonly #spansMs = new Map<string, number>();

  constructor(storeIds: readonly number[]) {
    this.schedule = scheduleDefaults(storeIds);
    this.replication = {
      'max-replicas': defaultReplicas, 'location-labels': '', 'strictly-match-label': 'false', 'enable-placement-rules': 'true',
      'enable-placement-rules-cache': 'false', 'isolation-level': '',
    };
  }

  get replicas(): number {
    return Number(this.replication['max-replicas']);
  }

  get leaderScheduleLimit(): number {
    return Number(this.schedule['leader-schedule-limit']);
  }

  get halted(): boolean {
    return String(this.schedule['halt-scheduling']) === 'true';
  }

  /** Leaders that two stores may differ from the middle before they are balanced; 5 unless it was set. */
  get leaderTolerance(): number {
    return Number(this.schedule['tolerant-size-ratio']) || 5;
  }

  get storeDownMs(): number {
    return this.#spanMsOf('max-store-down-time');
  }

  get splitMergeMs(): number {
    return this.#spanMsOf('split-merge-interval');
  }

  /** A store that came has the usual limits. */
  addStore(id: number): void {
    this.schedule['store-limit'] = { ...(this.schedule['store-limit'] as Section), [String(id)]: usualLimit };
  }

  /** Asked at every heartbeat, changed hardly ever. */
  #spanMsOf(item: string): number {
    const text = String(this.schedule[item]);
    let spanMs = this.#spansMs.get(text);
    if (spanMs === undefined) this.#spansMs.set(text, (spanMs = goDurationMs(text)));
    return spanMs;
  }

  /** Changes one item as `POST /config` does; false where PD knows no such item. */
  set(item: string, value: Json): boolean {
    const section = item in this.schedule || hidden.has(item) ? this.schedule : item in this.replication ? this.replication : undefined;
    if (!section) return false;
    section[item] = value;
    return true;
  }

  get(item: string): Json {
    return this.schedule[item] ?? this.replication[item] ?? null;
  }
}

const goUnits: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Milliseconds of a Go duration such as `30m0s`. */
export function goDurationMs(text: string): number {
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) totalMs += Number(amount) * (goUnits[unit ?? 's'] ?? 0);
  return totalMs;
}

const usualLimit = { 'add-peer': 15, 'remove-peer': 15 };

function scheduleDefaults(storeIds: readonly number[]): Section {
  return {
    'max-snapshot-count': 64, 'max-pending-peer-count': 64, 'max-merge-region-size': 0, 'max-merge-region-keys': 0,
    'split-merge-interval': '1h0m0s', 'switch-witness-interval': '1h0m0s', 'enable-one-way-merge': 'false',
    'enable-cross-table-merge': 'true', 'patrol-region-interval': '10ms', 'max-store-down-time': '30m0s',
    'max-store-preparing-time': '48h0m0s', 'leader-schedule-limit': 4, 'leader-schedule-policy': 'count',
    'region-schedule-limit': 2048, 'witness-schedule-limit': 4, 'replica-schedule-limit': 64, 'merge-schedule-limit': 8,
    'hot-region-schedule-limit': 4, 'affinity-schedule-limit': 0, 'hot-region-cache-hits-threshold': 3,
    'store-limit': Object.fromEntries(storeIds.map((id) => [String(id), usualLimit])),
    'tolerant-size-ratio': 0, 'low-space-ratio': 0.8, 'high-space-ratio': 0.7, 'region-score-formula-version': 'v2',
    'scheduler-max-waiting-operator': 5, 'enable-remove-down-replica': 'true', 'enable-replace-offline-replica': 'true',
    'enable-make-up-replica': 'true', 'enable-remove-extra-replica': 'true', 'enable-location-replacement': 'true',
    'enable-debug-metrics': 'false', 'enable-joint-consensus': 'true', 'enable-tikv-split-region': 'true',
    'enable-heartbeat-breakdown-metrics': 'true', 'enable-heartbeat-concurrent-runner': 'true',
    'hot-regions-write-interval': '10m0s', 'hot-regions-reserved-days': 7, 'max-movable-hot-peer-size': 512,
    'enable-diagnostic': 'true', 'enable-witness': 'false', 'slow-store-evicting-affected-store-ratio-threshold': 0.3,
    'store-limit-version': 'v1', 'patrol-region-worker-count': 1,
    'max-affinity-merge-region-size': 256,
  };
}
