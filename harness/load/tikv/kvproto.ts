/** A peer of a region, as PD and stores tell of it; numbers of 64 bits are strings. */
export interface Peer {
  readonly id: string;
  readonly store_id: string;
}

/** A region's range, epoch and peers. */
export interface Region {
  readonly id: string;
  readonly start_key: Buffer;
  readonly end_key: Buffer;
  readonly region_epoch: { readonly conf_ver: string; readonly version: string } | null;
  readonly peers: readonly Peer[];
}

/** What PD puts before each answer. */
export interface PdHeader {
  readonly cluster_id: string;
  readonly error: { readonly type: string; readonly message: string } | null;
}

/** A PD member. */
export interface PdMember {
  readonly name: string;
  readonly client_urls: readonly string[];
}

/** Why a store refuses: one of the fields is set. */
export interface RegionError {
  readonly message: string;
  readonly not_leader: { readonly leader: Peer | null } | null;
  readonly epoch_not_match: { readonly current_regions: readonly Region[] } | null;
  readonly server_is_busy: { readonly reason: string; readonly backoff_ms: string } | null;
  readonly [kind: string]: unknown;
}

/** The kinds of refusal, by kvproto's names. */
export const refusals = [
  'not_leader', 'region_not_found', 'key_not_in_region', 'epoch_not_match', 'server_is_busy', 'stale_command', 'store_not_match', 'raft_entry_too_large',
  'max_timestamp_not_synced', 'read_index_not_ready', 'proposal_in_merging_mode', 'data_is_not_ready', 'region_not_initialized', 'disk_full', 'RecoveryInProgress',
] as const;

/** The name of a refusal. */
export type Refusal = (typeof refusals)[number] | 'region_error';

/** Which refusal this is; `region_error` for one that is newer than this list. */
export const refusalOf = (error: RegionError): Refusal => refusals.find((kind) => error[kind] !== null && error[kind] !== undefined) ?? 'region_error';

/** What a raw read or write answers. */
export interface RawAnswer {
  readonly region_error: RegionError | null;
  readonly error: string;
}
