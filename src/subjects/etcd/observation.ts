import type { ComponentRef, Observation } from '../contract.ts';

/** How a member took the requests that were sent to it alone. */
export type Asked = 'answers' | 'refuses' | 'silent';

/** What one member said about itself. */
export interface MemberStatus {
  /** Absent where the member knows no leader. */
  readonly leaderId?: string;
  readonly term?: number;
  readonly appliedIndex?: number;
  readonly dbBytes: number;
  readonly dbInUseBytes: number;
  readonly version: string;
  readonly isLearner: boolean;
}

/** One member as this look sees it; absent fields could not be seen. */
export interface MemberView {
  readonly node: ComponentRef;
  /** Decimal, as the API writes it. */
  readonly id?: string;
  /** Whether the member list of those who answer has it; absent where nobody listed anything. */
  readonly listed?: boolean;
  readonly asked: Asked;
  /** How it failed to answer, for people. */
  readonly detail?: string;
  readonly status?: MemberStatus;
  readonly health?: { readonly ok: boolean; readonly reason: string };
  /** A serializable answer of its own: its process and storage work, whoever leads. */
  readonly live?: boolean;
  readonly metrics: MemberMetrics;
}

/** What Prometheus knows of one member. */
export interface MemberMetrics {
  readonly scraped?: boolean;
  readonly hasLeader?: boolean;
  readonly fsyncP99Seconds?: number;
  readonly commitP99Seconds?: number;
  readonly writeP99Seconds?: number;
  /** Share of the requests to it that failed in the last minute. */
  readonly failedShare?: number;
  readonly quotaBytes?: number;
  /** Seconds until its database reaches the quota, at the pace of the last minutes; absent where it does not grow. */
  readonly quotaReachedInSeconds?: number;
  readonly openFilesShare?: number;
  readonly memoryShare?: number;
  /** Its process was started anew within the last ten minutes. */
  readonly restarted?: boolean;
}

/** An alarm that stands, and the member that raised it. */
export interface AlarmView {
  readonly alarm: string;
  readonly node: ComponentRef;
}

/** How one member's messages reach another one. */
export interface LinkView {
  readonly from: ComponentRef;
  readonly to: ComponentRef;
  readonly failedPerMinute?: number;
  /** The middle one of the last minute. */
  readonly roundTripSeconds?: number;
}

/** One look at an etcd cluster. */
export interface EtcdObservation extends Observation {
  readonly members: readonly MemberView[];
  /** Members that vote, by the member list, or by the inventory where nobody lists. */
  readonly voters: number;
  /** The member that a majority names as its leader. */
  readonly leader?: ComponentRef;
  readonly alarms: readonly AlarmView[];
  readonly links: readonly LinkView[];
  /** Changes of leader in the last quarter of an hour that nobody asked for; absent where it cannot be told. */
  readonly leaderChanges?: number;
  /** Members that logged a request to stop within the last ten minutes; absent where logs cannot be read. */
  readonly askedToStop?: ReadonlySet<ComponentRef>;
}
