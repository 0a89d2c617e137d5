import type { ComponentRef } from '../../../../subjects/contract.ts';
import { noteUnreadLog } from '../../probes/last-words.ts';
import type { FoundLine, FoundLog, Investigation } from '../../investigation.ts';
import type { Sign } from '../../signs.ts';

/** What members wrote about their own beginning, their end, and what they were asked to do. */
export async function probeLifecycle(investigation: Investigation): Promise<void> {
  const nodes = investigation.nodes('member').map(({ id }) => id);
  noteEach(investigation, { nodes, sign: 'graceful-stop-logged', message: 'received signal; shutting down' }, await investigation.logLines('received signal; shutting down'));
  noteEach(investigation, { nodes, sign: 'handed-leadership-over', message: 'leadership transfer finished' }, await investigation.logLines('leadership transfer finished'));
  noteStarts(investigation, await investigation.logLines('starting an etcd server'));
  const fatal = await investigation.logLines('', { levels: ['FATAL'], limit: 60 });
  for (const node of nodes) noteFatal(investigation, node, fatal);
  await noteMaintenance(investigation);
  await noteUnread(investigation, nodes);
}

/** A member that is gone or came back says how in its own log; one that is silent is told by the logs of the others. */
async function noteUnread(investigation: Investigation, nodes: readonly ComponentRef[]): Promise<void> {
  const { findings } = investigation;
  const hasAny = (node: ComponentRef, signs: readonly Sign[]): boolean => signs.some((sign) => findings.has(sign, node));
  const anyLog = (await investigation.logLines('', { limit: 1 })).looked !== undefined;
  for (const node of nodes) {
    if (hasAny(node, ['scrape-refused', 'calls-refused', 'restarted']) || (!anyLog && hasAny(node, ['scrape-times-out', 'calls-silent']))) await noteUnreadLog(investigation, node);
  }
}

interface Wanted {
  readonly nodes: readonly ComponentRef[];
  readonly sign: Sign;
  readonly message: string;
}

/** Notes for every member whether it wrote a message. */
function noteEach(investigation: Investigation, { nodes, sign, message }: Wanted, { lines, looked }: FoundLog): void {
  for (const component of nodes) {
    const line = lines.find((each) => each.node === component);
    if (line) investigation.note({ sign, component, present: true, claim: `${component} logged "${message}"`, citation: line.says(message), sinceMs: line.atMs });
    else if (looked) investigation.note({ sign, component, present: false, claim: `${component} logged no "${message}"`, citation: looked });
  }
}

function noteStarts(investigation: Investigation, { lines }: FoundLog): void {
  for (const node of new Set(lines.map((line) => line.node))) {
    // The first start of a cluster that is younger than its quiet time is no restart.
    const own = lines.filter((line) => line.node === node && line.atMs > investigation.assignment.quiet.toMs);
    const last = own.at(-1);
    if (!last) continue;
    const times = `${node} started ${own.length === 1 ? 'once' : `${own.length} times`} since quiet time`;
    investigation.note({ sign: 'starts-repeatedly', component: node, present: own.length >= 2, claim: times, citation: last.says('starting an etcd server') });
    if (!investigation.findings.has('restarted', node)) investigation.note({ sign: 'restarted', component: node, present: true, claim: times, citation: last.says('starting an etcd server'), sinceMs: own[0]?.atMs ?? last.atMs });
  }
}

/** The texts are etcd's own, and the operating system's for a full disk. */
const fatalKinds: readonly (readonly [Sign, RegExp])[] = [
  ['fatal-no-space', /no space left on device/],
  ['fatal-memory', /out of memory|cannot allocate memory/],
  ['fatal-data-lost', /has already been bootstrapped|permanently removed from the cluster|cluster ID mismatch|member ID mismatch/],
];

function noteFatal(investigation: Investigation, component: ComponentRef, { lines, looked }: FoundLog): void {
  const own = lines.filter((line) => line.node === component && line.level === 'FATAL');
  const sorted = new Map<Sign, readonly [FoundLine, string]>();
  for (const line of own) {
    const [sign, text] = fatalKinds.find(([, pattern]) => pattern.test(line.raw)) ?? (['fatal-other', undefined] as const);
    sorted.set(sign, [line, text?.exec(line.raw)?.[0] ?? line.message.slice(0, 40)]);
  }
  for (const sign of ['fatal-no-space', 'fatal-memory', 'fatal-data-lost', 'fatal-other'] as const) {
    const [line, words = ''] = sorted.get(sign) ?? [];
    if (line) investigation.note({ sign, component, present: true, claim: `${component} ended with FATAL "${line.message.slice(0, 120)}" (${words})`, citation: line.says(words), sinceMs: own[0]?.atMs ?? line.atMs });
    else if (looked) investigation.note({ sign, component, present: false, claim: `${component} logged no FATAL line of this kind`, citation: looked });
  }
}

const maintenance = ['leadership transfer starting', 'finished scheduled compaction', 'starting defragment'];

async function noteMaintenance(investigation: Investigation): Promise<void> {
  for (const message of maintenance) {
    const { lines: [line] } = await investigation.logLines(message, { limit: 5 });
    if (line) return investigation.note({ sign: 'maintenance-logged', component: 'cluster', present: true, claim: `${line.node} logged "${message}"`, citation: line.says(message), sinceMs: line.atMs });
  }
}
