/** `raft-base-tick-interval`. */
const tickSeconds = 1;
/** `raft-heartbeat-ticks`. */
const heartbeatTicks = 2;
/** `raft-election-timeout-ticks`: so often a leader looks whether it may sleep. */
const lookTicks = 10;
/** Below this the closed forms lose their digits. */
const hardlyAny = 1e-4;

/**
 * The share of its time that the leader of a region is awake that gets so many requests a second, each by itself. At every look it asks its followers whether they would
 * sleep, and at the next one it sleeps where no request came in between. So after each request it sees `1 + e^(10 r)` looks, and then sleeps for `1 / r`.
 */
export function leaderAwake(requestsPerSecond: number): number {
  const perLook = requestsPerSecond * lookTicks * tickSeconds;
  return 1 - 1 / (1 + perLook * (1 + Math.exp(perLook)));
}

/**
 * The share of its entries whose commit a follower learns from a heartbeat: TiKV's leaders send no message for that alone (`skip_bcast_commit`), so the next entry
 * brings the news or the next heartbeat, whichever is first. Of the entries between two heartbeats, `w T` of them where any came, that is the last one.
 */
export function toldByHeartbeat(entriesPerSecond: number): number {
  const between = entriesPerSecond * heartbeatTicks * tickSeconds;
  return between < hardlyAny ? 1 - between / 2 : (1 - Math.exp(-between)) / between;
}

/** Whether a follower is awake so many ticks (0 to 1) after one of its own: every message of its leader wakes it, and it sleeps again with its next tick. */
export const followerAwakeAt = (ticks: number, entriesPerSecond: number, leaderAwakeShare: number): number =>
  1 - Math.exp(-entriesPerSecond * ticks * tickSeconds) * (1 - (leaderAwakeShare / heartbeatTicks) * ticks);

/**
 * The share of its time that a follower is awake, or of many whose ticks have nothing to do with each other. `u` seconds after a tick one is awake unless no entry
 * came in them, `e^(-w u)`, and no heartbeat, `1 - a u / 2`, where `a` is the share of its time that its leader is awake; this is the mean over a tick.
 */
export function followerAwake(entriesPerSecond: number, leaderAwakeShare: number): number {
  const perTick = entriesPerSecond * tickSeconds;
  const none = Math.exp(-perTick);
  const withoutEntry = perTick < hardlyAny ? 1 - perTick / 2 : (1 - none) / perTick;
  const laterWithoutEntry = perTick < hardlyAny ? 1 / 2 - perTick / 3 : (1 - none * (1 + perTick)) / (perTick * perTick);
  return 1 - withoutEntry + (leaderAwakeShare / heartbeatTicks) * laterWithoutEntry;
}
