import type { Millis } from '../../../src/kernel/clock.ts';
import type { Host } from './hosts/host.ts';
import { logTime } from './journal.ts';
import { goDuration } from './pd/go-format.ts';
import type { PdServer } from './pd/server.ts';
import type { World } from './world.ts';

/** etcd compares clocks with its peers and complains twice a minute from a second on. */
const driftEveryMs: Millis = 30_000;
const driftWarnMs: Millis = 1_000;

/** Sets a host's clock so far off, and lets its programs notice what they would notice. */
export function stepClock(world: World, host: Host, offsetMs: Millis): void {
  const beforeMs = world.engine.nowMs + host.clock.offsetMs;
  const jumpMs = host.clock.step(offsetMs);
  if (jumpMs === 0 || host.process.state !== 'running') return;
  const server = world.pd.members.servers.find((each) => each.host === host);
  if (server) world.pd.clockJumped(server, jumpMs, beforeMs);
  else if (jumpMs < 0) world.stores.find((store) => store.host === host)?.log({
    level: 'ERROR', source: 'time.rs:163', message: 'system time jumped back',
    fields: [['err', `SystemTimeError(${-jumpMs / 1_000}s)`], ['after', logTime(beforeMs + jumpMs)], ['before', logTime(beforeMs)], ['thread_id', 25]],
  });
}

/** The members' etcds measure each other's clocks all the time. */
export function watchClocks(world: World): void {
  const random = world.random.fork('clock-watch');
  world.engine.every(driftEveryMs, random.below(driftEveryMs), () => {
    for (const from of world.pd.members.alive) for (const to of world.pd.members.alive) if (from !== to) complain(from, to);
  });
}

function complain(from: PdServer, to: PdServer): void {
  const driftMs = Math.abs(from.host.clock.offsetMs - to.host.clock.offsetMs);
  if (driftMs >= driftWarnMs) from.log({
    level: 'WARN', source: 'probing_status.go:82', message: 'prober found high clock drift',
    fields: [['round-tripper-name', 'ROUND_TRIPPER_RAFT_MESSAGE'], ['remote-peer-id', to.memberHex], ['clock-drift', goDuration(driftMs)], ['rtt', '412.08µs']],
  });
}
