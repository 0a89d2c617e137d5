import { messageReasons, toldReasons, withoutStores } from './message-reasons.ts';
import type { Row } from './compare.ts';
import { isTold } from './told.ts';

/** Why the twin and a recording may differ in something, for good or until somebody models it. */
export interface Reason {
  readonly kinds: readonly Row['kind'][];
  /** What differs, as the row names it. */
  readonly what: RegExp;
  /** Recordings that it holds for; all of them where absent. */
  readonly recordings?: RegExp;
  /** Who alone shows it; where both do, or where it may be either, the reason asks nothing. */
  readonly only?: 'real' | 'twin';
  /** Whether it is precise enough to explain a message that the rules read. */
  readonly ofTold?: true;
  readonly because: string;
}

const everything = ['symptom', 'order', 'time', 'magnitude', 'alert', 'state', 'message'] as const;
const readings = ['symptom', 'order', 'time', 'magnitude'] as const;

/** Every reason; the first that fits a miss explains it. */
export const reasons: readonly Reason[] = [
  { kinds: readings, what: /^stores /, recordings: /pd-only-leader/, because: 'the played stores know one member: whether it is the one that takes over is chance' },
  { kinds: readings, what: /^stores |^TSO requests|^operators made|^region heartbeats/, recordings: /pd-only/, because: withoutStores },
  { kinds: ['alert'], what: /^PD_cluster_(lost_connect|unhealthy)/, recordings: /pd-only/, because: withoutStores },
  { kinds: everything, what: /PD_memory_quota/, because: 'comes from the recording\'s machine: all nodes shared one memory' },
  { kinds: readings, what: /^store up, struck/, recordings: /region-imbalance/, because: 'the recording\'s monitoring had listed the new store before it ran; the twin\'s finds it when it starts' },
  { kinds: ['alert'], what: /^PD_cluster_down_tikv_nums/, recordings: /region-imbalance/, because: 'a new store is Down for ten seconds, PD counts its stores each ten and rules are evaluated each fifteen: whether they meet is chance' },
  { kinds: readings, what: /^fsync p99/, only: 'real', because: 'all disks of a recording lay in the memory of one machine: what other programs took of its cores for a moment made syncs wait; in the twin they take the same all the time' },
  { kinds: ['symptom', 'time', 'order'], what: /^CPU/, because: 'a change of a few hundredths of a core counts in one of the two and just does not in the other: the recorded level wanders by a tenth, as its leaders are spread unevenly and whatever shares the machine cools its caches' },
  { kinds: readings, what: /^resident memory/, recordings: /overload/, only: 'real', because: 'thousands of requests of 16 KiB wait in the recorded stores and take memory; in the twin only the block cache and memtables do' },
  { kinds: ['symptom', 'time', 'order'], what: /raft messages sent, /, because: 'half of the messages are counted every ten seconds only, so half a minute holds two or three of these turns: a change of a third is hidden by that or not' },
  { kinds: readings, what: /^(gets|puts), /, because: 'a rate has moved when it is ten a second away: how soon that is depends on how much of the load those leaders had, which differs from run to run' },
  { kinds: ['order'], what: / before (gets|puts|raft messages sent|leaders), /, because: 'one of the pair moves little by little: when it is far enough away depends on how much there was to move, which differs from run to run' },
  { kinds: readings, what: /^leaders|^regions with a pending peer|^operators made/, because: 'which regions had a leader where, and how many operators a scheduler makes, differs from run to run; compared is one run of each' },
  { kinds: readings, what: /^hibernated peers/, because: 'followers sleep from their own tick to the next message of their leader, and all replicas of a store that was started minutes before tick at about the same instant: how many a scrape meets awake wanders by how that instant lies to the scrape; the recorded stores had run for minutes, the twin\'s for hours, so that their ticks are spread evenly until a store starts anew' },
  { kinds: readings, what: /^(failure reports|votes asked)/, because: 'a counter that is born with its first event: the recorded cluster had lost a store before, the twin\'s had not' },
  { kinds: readings, what: /^(heartbeats to PD|region heartbeats)/, because: 'leaders report once a minute, most of them within a few seconds, and when leaders or replicas change: how many reports a half minute before the fault holds depends on where in the minute it lies' },
  { kinds: readings, what: /^(put|get|commit log|append log|apply log|apply wait|propose wait|raft engine sync) p99|before (propose|apply|append|commit|raft engine|put|get).* p99/, because: 'the far end of a distribution on a shared machine: a single burst of a neighbour decides it in the recording' },
  { kinds: readings, what: /^(disk slow score|L0 files|write stall)/, because: 'a count of four files goes by when a memtable is full, and a score of slowness by ten probes a second: which of them the far end of a distribution meets is chance' },
  { kinds: readings, what: /^TSO requests/, because: 'the recording\'s clients asked for timestamps at a rate of their own, and for fewer while they were short of room; the twin\'s ask at an even one' },
  { kinds: ['time', 'order'], what: /stores (up|disconnected|slow)|Disconnected/, because: 'a store reports each ten seconds and PD looks at its stores each ten: when it calls one disconnected or slow depends on whose turn was when' },
  { kinds: ['symptom', 'alert'], what: /^stores disconnected|^PD_cluster_lost_connect/, recordings: /tikv-pd-(leader-kill|quorum-loss)/, because: 'a store whose report falls between a new leader of PD and its own way back to it reports ten seconds later: which stores do is chance' },
  { kinds: ['symptom'], what: /^stores slow/, recordings: /cpu-throttle/, only: 'real', because: 'the recorded cluster had had a slow disk shortly before: PD still called that store slow when the quiet window began' },
  { kinds: ['alert', 'time'], what: /(PD_leader_change|PD_node_restart|TiKV_node_restart)/, because: 'rules are evaluated each fifteen seconds: when that is after a restart, and whether a minute later is before the end, is chance' },
  { kinds: ['alert', 'time'], what: /TiKV_(raft_append_log|raft_apply_log)/, because: 'a threshold that one of the two just reaches and the other just does not' },
  { kinds: ['message'], what: /skipping compaction|connecting to PD endpoint/, only: 'twin', because: 'a periodic task whose turn falls before the fault in one of the two and after it in the other' },
  { kinds: ['time'], what: /free share of the disk|stores low on space|low_space/, recordings: /disk-full/, because: 'a store looks at its disk once a minute: when that is after the fault is chance' },
  { kinds: ['time'], what: /PD_cluster_(slow|lost_connect)_tikv_nums/, because: 'PD counts its stores each ten seconds and rules are evaluated each fifteen: when they meet is chance' },
  { kinds: ['symptom'], what: /^stores up/, recordings: /write-overload/, only: 'real', because: 'a store on a full machine reports late: whether one of them is silent for the twenty seconds after which PD calls it disconnected is chance' },
  { kinds: ['order'], what: /before hibernated peers/, because: 'how many replicas a scrape meets awake wanders: when that is far enough away is chance' },
  ...toldReasons,
  ...messageReasons,
];

/** Why this row of this recording differs; undefined where nobody has said. */
export const reasonFor = (recording: string, row: Pick<Row, 'kind' | 'what' | 'real' | 'twin'>): Reason | undefined =>
  reasons.find((reason) => reason.kinds.includes(row.kind) && reason.what.test(row.what) && (reason.recordings?.test(recording) ?? true) && hasDirection(reason, row) && (reason.ofTold === true || row.kind !== 'message' || !isTold(row.what)));

/** What a row says where there was nothing to see. */
const nothing: readonly string[] = ['never', 'flat', 'not modelled'];

function hasDirection({ only }: Reason, row: Pick<Row, 'real' | 'twin'>): boolean {
  return only === undefined || !nothing.includes(row[only]);
}
