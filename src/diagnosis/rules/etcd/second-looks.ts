import type { Investigation } from '../investigation.ts';
import { noteLogMark, noteMark } from '../second-looks/notes.ts';
import type { SecondLook } from '../second-looks/second-look.ts';
import type { Sign } from '../signs.ts';

/** The lines in which etcd says why a connection was refused or lost (rafthttp, embed); its JSON has the reason in a field. */
const aboutConnections = /rejected connection|prober detected unhealthy|lost TCP streaming|peer deactivated|failed to (dial|reach)|health check failed/;

/** What is said of one member, said of the cluster: the upkeep of a database concerns all of it. */
const ofAnyone: readonly (readonly [Sign, Sign])[] = [['backend-commit-slow', 'backend-commit-seen'], ['apply-slow', 'apply-seen'], ['fsync-slow', 'syncs-seen'], ['round-trip-slow', 'round-trips-seen'], ['scrape-slow', 'scrapes-seen']];

async function noteOfAnyone({ findings, note }: Pick<Investigation, 'findings' | 'note'>): Promise<void> {
  for (const [ofOne, ofAll] of ofAnyone) {
    const [first] = findings.present(ofOne);
    if (first) note({ ...first, sign: ofAll, component: 'cluster' });
  }
}

/** Rare causes on etcd. */
export const etcdSecondLooks: readonly SecondLook[] = [
  {
    when: ['streams-flap', 'peers-lost-it', 'sends-fail', 'member-leaderless'],
    look: async (investigation) => {
      for (const contains of ['certificate has expired', 'x509: certificate', 'bad certificate']) {
        await noteLogMark(investigation, { sign: 'certificate-refused', contains, passes: ({ message, level }) => level !== 'INFO' && aboutConnections.test(message) });
      }
    },
  },
  {
    when: ['streams-flap', 'calls-silent', 'sends-fail', 'requests-slow'],
    look: (investigation) => noteMark(investigation, { sign: 'descriptors-used-up', what: 'share of its file descriptors in use', promql: 'max by (instance) (process_open_fds{job=~".*etcd.*"} / process_max_fds{job=~".*etcd.*"})', atLeast: 0.95 }),
  },
  { when: ['maintenance-logged'], look: (investigation) => noteOfAnyone({ findings: investigation.findings, note: (finding) => investigation.note(finding) }) },
];
