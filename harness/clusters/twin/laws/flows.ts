import { writtenBytesEach } from '../clients/values.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import type { Law, LawOf } from './law.ts';

/** What one process has counted so far. */
interface Counts {
  readonly pid: number;
  readonly proposed: number;
  readonly sent: number;
  readonly received: number;
  readonly appended: number;
  readonly applied: number;
  readonly writtenBytes: number;
  readonly valueBytes: number;
}

const countsOf = (store: Store, valueBytes: number): Counts => {
  const { metrics, process } = store;
  return {
    pid: process.pid, proposed: metrics.counters.entries.at(-1)?.value ?? 0, sent: metrics.sent.of('append').value, received: metrics.sent.of('append_resp').value,
    appended: metrics.counters.appends[0]?.value ?? 0, writtenBytes: metrics.counters.bytesWritten[0]?.value ?? 0, applied: metrics.counters.applied.value, valueBytes,
  };
};

/** The difference to what was counted a look ago; undefined where a process began in between or values changed their size. */
function gained(world: World, before: ReadonlyMap<Store, Counts>): { readonly now: ReadonlyMap<Store, Counts>; readonly gains: readonly Counts[] | undefined } {
  const now = new Map(world.stores.map((store) => [store, countsOf(store, writtenBytesEach(world.traffic.load))]));
  const gains = [...now].map(([store, counts]) => {
    const old = before.get(store);
    if (!old || old.pid !== counts.pid || old.valueBytes !== counts.valueBytes) return undefined;
    return {
      ...counts, proposed: counts.proposed - old.proposed, sent: counts.sent - old.sent, received: counts.received - old.received,
      appended: counts.appended - old.appended, applied: counts.applied - old.applied, writtenBytes: counts.writtenBytes - old.writtenBytes,
    };
  });
  return { now, gains: gains.includes(undefined) ? undefined : (gains as Counts[]) };
}

const total = (counts: readonly Counts[], of: 'proposed' | 'sent' | 'received' | 'appended'): number => counts.reduce((sum, each) => sum + each[of], 0);

/** What clients wrote is what the raft logs took, copy by copy, and what was applied, byte by byte. */
export const bytesAccounted: LawOf = (world): Law => {
  let before: ReadonlyMap<Store, Counts> = new Map();
  return {
    name: 'bytes written are accounted for',
    check: () => {
      const { now, gains } = gained(world, before);
      before = now;
      if (!gains) return undefined;
      const [sent, received, appended, proposed] = [total(gains, 'sent'), total(gains, 'received'), total(gains, 'appended'), total(gains, 'proposed')];
      if (sent !== received) return `leaders sent ${sent} entries and followers answered for ${received}`;
      if (appended !== proposed + received) return `${proposed} entries were proposed and ${received} received, and ${appended} are in the logs`;
      const wrong = gains.find((each) => Math.abs(each.writtenBytes - each.applied * each.valueBytes) > 1);
      return wrong && `${wrong.applied} writes of ${wrong.valueBytes} bytes made ${wrong.writtenBytes} bytes in the engine`;
    },
  };
};
