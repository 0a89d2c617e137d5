import type { Cause } from '../../cause.ts';

/** The database has reached etcd's own space quota. */
export const spaceQuotaExhausted: Cause = {
  kind: 'quota-exhausted',
  resource: 'etcd-space',
  about: ['cluster'],
  // In the first seconds the quota is reached and puts are refused before a status names the alarm.
  needs: [['space-alarm', 'quota-reached'], ['space-alarm', 'puts-refused']],
  predicts: [
    { sign: 'space-alarm', weight: 6, missing: 1 },
    { sign: 'quota-reached', weight: 3, missing: 0.5 },
    { sign: 'database-grew', weight: 1, missing: 0 },
    { sign: 'puts-refused', weight: 2, missing: 0 },
  ],
  forbids: [{ sign: 'majority-down', weight: 4 }, { sign: 'quorum-lost', weight: 4 }],
  lookalikes: ['disk-full', 'disk-slow', 'overload', 'replica-quorum-lost', 'process-crash'],
  brings: ['overload'],
  summary: 'The space quota of etcd is exhausted: the alarm NOSPACE stands, and every put is refused.',
  mechanism: "Deleted and overwritten revisions stay in the database until somebody compacts, and the file keeps its size until it is defragmented. When a member met its quota it raised the alarm through raft, and since then every member refuses puts at once, while reads and deletes work. The hosts' disks are not full and nothing is slow.",
  impact: [{ component: 'component', effect: 'takes no puts, no transactions that put and no leases; reads, deletes and compaction work' }, { component: 'clients', effect: 'every write is refused at once with "database space exceeded"' }],
  remedies: [
    { action: 'compact', benefits: 'frees the pages of old revisions inside the file: the first of three steps, then defragment each member (leader last), then disarm the alarm', risks: 'watchers and readers of older revisions break', reversible: false },
    { action: 'defragment', benefits: 'gives the freed pages back, member by member', risks: 'a member is blocked while it runs; never all at once', reversible: true },
    { action: 'disarm-alarm', benefits: 'writes work again at once, after space was freed', risks: 'before that, the alarm comes back at the next put', reversible: true },
    { action: 'throttle-load', benefits: 'keeps the writer that filled it from filling it again', risks: 'its work waits', reversible: true },
    { action: 'raise-quota', benefits: 'buys time where the data is really needed', risks: 'without compaction it only buys time; needs a restart of each member', reversible: true },
  ],
  verifyBy: 'no status names an alarm, a put succeeds, and the database takes well under 80 % of the quota',
};

/** Members hold different data. */
export const dataCorrupted: Cause = {
  kind: 'disk-corrupted',
  about: ['member', 'cluster'],
  needs: [['hash-differs', 'corrupt-alarm']],
  predicts: [{ sign: 'corrupt-alarm', weight: 4, missing: 0 }, { sign: 'hash-differs', weight: 5, missing: 0 }],
  forbids: [{ sign: 'space-alarm', weight: 3 }],
  lookalikes: ['quota-exhausted', 'disk-slow', 'process-crash'],
  summary: 'The data of {component} is damaged: members disagree about what is stored.',
  mechanism: 'A hash of the same revision differs between members, so one of them holds other data than the others. With the alarm CORRUPT every write is refused; reads still answer and may be wrong.',
  impact: [{ component: 'component', effect: 'holds data that may be wrong' }, { component: 'clients', effect: 'writes are refused while the alarm stands; reads of the damaged member may be wrong' }],
  remedies: [
    { action: 'stop-member', on: 'component', benefits: 'keeps wrong answers away from clients', risks: 'only one member, and only while a majority agrees', reversible: true },
    { action: 'replace-member', on: 'component', benefits: 'rebuilds it from the members that agree', risks: 'take a snapshot of a good member first; remove before adding', reversible: false },
    { action: 'wait-and-watch', benefits: 'while it is asked who differs: hashkv of every member at one revision names it', risks: 'reads of the damaged member may be wrong meanwhile', reversible: true },
  ],
  verifyBy: 'hashkv is equal on all members at one revision, and no alarm stands',
};
