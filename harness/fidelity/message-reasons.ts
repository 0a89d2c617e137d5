import type { Reason } from './reasons.ts';

/** Lines that only the real cluster writes. */
const unsaid = (because: string, ...parts: readonly string[]): Reason => ({ ...messages(because, ...parts), only: 'real' });
/** Lines that either of the two may write and the other not. */
const messages = (because: string, ...parts: readonly string[]): Reason => ({ kinds: ['message'], what: new RegExp(parts.join('|')), because });
/** A line that the rules read, in recordings where its difference was looked into. */
const told = (recordings: RegExp, only: 'real' | 'twin', because: string, what: RegExp): Reason => ({ kinds: ['message'], what, recordings, only, ofTold: true, because });

/** PD alone was recorded with stores that a program played. */
export const withoutStores = 'recorded without TiKV: the stores that a program played watch nothing, never change, and report otherwise than real ones do';

/** Messages that the rules read (`told.ts`): each difference has a reason of its own, in the recordings where it was seen. */
export const toldReasons: readonly Reason[] = [
  told(/pd-only-leader/, 'real', 'PD\'s loop of its clock stood still for a moment in which other programs took the cores of the machine', /^pd.*: clock offset$/),
  told(/write-overload/, 'twin', 'in both all stores grew slow within seconds and PD moves leaders away only from one that is slow alone: whose report PD gets first is chance', /^pd.*: detected slow store, start to evict leaders$/),
  told(/write-overload/, 'real', 'single turns of a log writer took more than a second on the full machine, a hundred times what most took; in the twin the slowest of a thousand takes half a second', /async write too slow/),
];

/**
 * The other log messages, by what they belong to. The twin writes the lines by which incidents are told apart; no rule reads
 * these.
 */
export const messageReasons: readonly Reason[] = [
  messages('how a vote of etcd\'s raft goes, and which reads wait until it is over, differs from run to run', 'pd.*: (N \\[|N (became|has received|is starting|no leader|received|sends|stepped)|raft\\.node)', 'pd.*: .*(ReadIndex|read index)'),
  { ...messages('from 300 ms on etcd writes a read down as a whole: whether the slowest one on a full machine takes that long is chance', '^pd.*: request stats'), only: 'twin', recordings: /write-overload/ },
  unsaid('requests to etcd waited for a moment in which other programs took the cores of the machine; in the twin they take the same all the time', 'pd.*: (apply request|trace\\[|request stats)'),
  messages('which of a member\'s own reads and writes is under way when etcd loses its leader is chance', 'pd.*: (txn runs|save to etcd|kv gets|load from etcd|get cluster dc-locations|save timestamp|try to update the global tso|failed to update allocator)'),
  messages('a leader finds out that a follower is gone with what it sends it next, within ten seconds', 'pd: region syncer (send data|delete the stream)'),
  unsaid('clients went on asking a member that had lost its leadership; the twin\'s do not', 'pd: Failed to check current member\'s leadership'),
  unsaid('whoever recorded asked every member within the fifth of a second in which none served; the twin is asked once a second', 'pd.*: redirect but server'),
  unsaid('the recorded PD was older than its stores', 'pd: PD version less'),
  { ...messages(withoutStores, '^pd: watch request'), only: 'twin', recordings: /pd-only/ },
  messages('which operators a run makes, and how they end, differs from run to run', 'pd.*: (add operator|replace old operator|operator |send schedule|region (ConfVer|Version|batch)|alloc ids|leader changed|store leader transfer|stopping store|resume store|detected slow|create scheduler|remove scheduler)'),
  { ...messages('of the two members that could take over one had been started lately and knew the regions from its storage alone, so its schedulers wait for reports: which of the two takes over is chance', '^pd: (checkers starts|coordinator |not loaded from storage|scheduler config|set scheduler|query supported)'), recordings: /pd-only-leader-(pause|term)/ },
  unsaid('a start prints all of its settings in one line; the twin gives them at /config', 'tikv.*: using config'),
  messages('a store asks every ten minutes who leads PD: whether its turn falls into the minute that is compared is chance', '^tikv: connecting to PD endpoint'),
  unsaid('a leader on a full disk also refuses to compact its raft log, which is no entry in the twin', 'tikv, struck: failed to propose'),
  messages('how far a follower or a new leader is behind when its worker looks depends on whose turn was when', 'tikv.*: the max gap of'),
  unsaid('a store looks at its control group each ten seconds: in the recording it did so in the second before it was killed', 'tikv.*: (memory limit set|update importer config)'),
  unsaid('the monotonic clock of the recording\'s machine went back, as the line says', 'tikv.*: monotonic time'),
  messages('what was written to a region since the last flush makes it look too large or just does not: when the next flush comes depends on where the memtable stood', 'tikv.*: (Run size checker|update approximate size)'),
  messages('which leaders PD moves, and so whose locks are watched no more, differs from run to run', 'tikv.*: (deregister|register) observe region'),
  messages('which of thousands of turns of a raft thread takes a tenth of a second, and which messages meet in it, is chance; on the two cores that all nodes and clients of a recording shared some did where no store was at fault', 'tikv.*: \\[region N\\] N handle'),
  messages('raft tells each vote and step of each region; how many of them a run has, and of which kind, is chance', 'tikv.*: (\\[logterm|\\[term N\\]|ack transfer|became|received|sends Msg|starting a new|broadcasting vote|transfer leader|try to transfer|ignored a message|leader has not yet|changed from the leader|tombstone peer)'),
  unsaid('replicas move, split and get snapshots when a scheduler finds cause, which differs from run to run', 'tikv.*: .*(snapshot|snap data|split|region$|admin command|[Cc]onf[ C]|change peer|joint|destroy|replicate peer|switched to configuration|clear peer meta|new data|deleting data|delete data|peer statistic|approximate size|history window|buckets)'),
  unsaid('a periodic task whose turn falls before the fault in one of the two and after it in the other', 'tikv.*: (purged|skipping compaction|update|try to wake up)'),
];
