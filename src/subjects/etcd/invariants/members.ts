import type { Invariant, Violation } from '../../contract.ts';
import type { EtcdObservation, MemberView } from '../observation.ts';
import { amount, inMs, mib, percent } from '../words.ts';

const fsyncLimitSeconds = 0.1;
const commitLimitSeconds = 0.25;
const lagLimit = 1_000;
const spaceLimit = 0.8;
const filesLimit = 0.8;
/** Free pages inside a file smaller than this are nobody's concern. */
const fragmentedFromBytes = 100 * 2 ** 20;

type Judge = (member: MemberView, observation: EtcdObservation) => Omit<Violation, 'component'> | undefined;

const perMember = (judge: Judge): Invariant<EtcdObservation>['violations'] => (observation) =>
  observation.members.flatMap((member) => {
    const found = judge(member, observation);
    return found ? [{ component: member.node, ...found, detail: `${member.node}: ${found.detail}` }] : [];
  });

/** A look that asked in the moment of a restart sees one refusal, so two in a row are needed: less than two looks apart. */
const twoLooksMs = 4_000;

/** Invariants of single members. */
export const memberInvariants: readonly Invariant<EtcdObservation>[] = [
  {
    name: 'member-down',
    title: 'Every member has its process',
    severity: 'critical',
    graceMs: twoLooksMs,
    violations: perMember(({ asked, detail }) => (asked === 'refuses' ? { detail: `it refuses connections${detail === undefined ? '' : ` (${detail})`}` } : undefined)),
  },
  {
    name: 'member-silent',
    title: 'Every member answers',
    severity: 'critical',
    // One lost poll or scrape is ordinary on a busy machine.
    graceMs: 10_000,
    violations: perMember(({ asked, metrics }, { members }) =>
      asked === 'silent' && metrics.scraped !== true && members.some((other) => other.asked !== 'silent') ? { detail: 'neither its API nor its metrics answer, and nothing refuses' } : undefined,
    ),
  },
  {
    name: 'member-leaderless',
    title: 'Every member that lives knows a leader',
    severity: 'critical',
    graceMs: 10_000,
    violations: perMember(({ asked, status, health, metrics }) => {
      if (asked !== 'answers') return undefined;
      if (status && status.leaderId === undefined) return { detail: `it answers and knows no leader${health && !health.ok ? ` (${health.reason})` : ''}` };
      return status === undefined && metrics.hasLeader === false ? { detail: 'its metrics say that it has no leader' } : undefined;
    }),
  },
  {
    name: 'slow-fsync',
    title: 'The log is synced within 100 ms (p99 of a member)',
    severity: 'critical',
    graceMs: 60_000,
    violations: perMember(({ metrics: { fsyncP99Seconds: value } }) => (value !== undefined && value > fsyncLimitSeconds ? { detail: `WAL fsync p99 ${inMs(value)}`, value } : undefined)),
  },
  {
    name: 'slow-commit',
    title: 'The database is committed within 250 ms (p99 of a member)',
    severity: 'warning',
    graceMs: 60_000,
    violations: perMember(({ metrics: { commitP99Seconds: value } }) => (value !== undefined && value > commitLimitSeconds ? { detail: `backend commit p99 ${inMs(value)}`, value } : undefined)),
  },
  {
    name: 'high-latency',
    title: 'Writes are answered within 100 ms (p99 of a member)',
    severity: 'critical',
    graceMs: 60_000,
    violations: perMember(({ metrics: { writeP99Seconds: value } }) => (value !== undefined && value > 0.1 ? { detail: `put and txn p99 ${inMs(value)}`, value } : undefined)),
  },
  {
    name: 'failed-requests',
    title: 'Less than 1 % of the requests fail',
    severity: 'critical',
    graceMs: 30_000,
    violations: perMember(({ metrics: { failedShare: value } }) => (value !== undefined && value > 0.01 ? { detail: `${percent(value)} of its requests fail`, value } : undefined)),
  },
  {
    name: 'member-lags',
    title: 'Every member has applied what the leader has',
    severity: 'warning',
    graceMs: 30_000,
    violations: perMember(({ status }, { members, leader }) => {
      const ahead = members.find(({ node }) => node === leader)?.status?.appliedIndex;
      const lag = ahead === undefined || status?.appliedIndex === undefined ? 0 : ahead - status.appliedIndex;
      return lag >= lagLimit ? { detail: `it is ${amount(lag)} entries behind its leader`, value: lag } : undefined;
    }),
  },
  {
    name: 'space-low',
    title: 'The database is at most 80 % of its quota',
    severity: 'warning',
    graceMs: 60_000,
    violations: perMember(({ status, metrics: { quotaBytes } }) => {
      const share = status && quotaBytes !== undefined && quotaBytes > 0 ? status.dbBytes / quotaBytes : 0;
      return share > spaceLimit ? { detail: `its database takes ${percent(share)} of its quota of ${mib(quotaBytes ?? 0)}`, value: share } : undefined;
    }),
  },
  {
    name: 'fragmented',
    title: 'At least half of a large database file is in use',
    severity: 'warning',
    graceMs: 60_000,
    violations: perMember(({ status }) => {
      const share = status && status.dbBytes > fragmentedFromBytes ? status.dbInUseBytes / status.dbBytes : 1;
      return share < 0.5 ? { detail: `${percent(share)} of its database file of ${mib(status?.dbBytes ?? 0)} is in use`, value: share } : undefined;
    }),
  },
  {
    name: 'database-grows',
    title: 'The quota is more than four hours away',
    severity: 'warning',
    graceMs: 60_000,
    violations: perMember(({ status, metrics: { quotaReachedInSeconds: left, quotaBytes } }) => {
      // A young database doubles in minutes and means nothing by it.
      const isYoung = !status || quotaBytes === undefined || status.dbBytes < 0.3 * quotaBytes;
      return left !== undefined && left < 4 * 3_600 && !isYoung ? { detail: `at this pace its database reaches the quota in ${amount(Math.max(0, left) / 60)} min`, value: left } : undefined;
    }),
  },
  {
    name: 'open-files',
    title: 'At most 80 % of the file descriptors are in use',
    severity: 'warning',
    graceMs: 60_000,
    violations: perMember(({ metrics: { openFilesShare: value } }) => (value !== undefined && value > filesLimit ? { detail: `${percent(value)} of its file descriptors are in use`, value } : undefined)),
  },
  {
    name: 'unplanned-restart',
    title: 'No process starts anew unless somebody asked it to stop',
    severity: 'warning',
    graceMs: 0,
    cannotTell: ({ askedToStop }) => askedToStop === undefined,
    violations: perMember(({ node, metrics: { restarted } }, { askedToStop }) => (restarted === true && askedToStop?.has(node) === false ? { detail: 'its process started anew, and its log holds no request to stop' } : undefined)),
  },
];
