import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { PdServer } from './server.ts';

/** A member that starts among peers skips two seconds of its election timeout of three to six; who waited is somewhere in its own. */
const timeoutMs = { started: { least: 1_000, most: 4_000 }, waited: { least: 3_000, most: 6_000 } } as const;

interface Rejoin {
  readonly nowMs: Millis;
  /** Whose log holds what nobody else has: only it can win. */
  readonly longestLog: PdServer | undefined;
  readonly random: Random;
}

/** etcd has been among its peers for so long when PD begins to answer. */
const aheadMs: Millis = 900;

/** Who campaigns when there is a majority again, and how soon: whose election timeout ends first. */
export function firstToCampaign(alive: readonly PdServer[], { nowMs, longestLog, random }: Rejoin): { readonly first: PdServer; readonly electionMs: Millis } {
  const timeouts = alive.map((first) => {
    const started = nowMs - first.process.startedMs < timeoutMs.started.most;
    const { least, most } = timeoutMs[started ? 'started' : 'waited'];
    const drawnMs = random.between(least, most);
    return { first, electionMs: Math.max(1, (started ? drawnMs : random.between(0, drawnMs)) - aheadMs) };
  });
  return timeouts.find(({ first }) => first === longestLog) ?? timeouts.reduce((one, other) => (other.electionMs < one.electionMs ? other : one));
}
