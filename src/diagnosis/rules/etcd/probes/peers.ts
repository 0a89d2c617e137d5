import type { ComponentRef } from '../../../../subjects/contract.ts';
import { round } from '../../../tools/baseline.ts';
import type { FoundLine, FoundLog, Investigation } from '../../investigation.ts';
import type { Sign } from '../../signs.ts';

/** What a member writes when it loses another one; the error in the line names the kind of loss. */
const complaints = ['peer became inactive (message send to peer failed)', 'lost TCP streaming connection with remote peer', 'prober detected unhealthy status', 'failed to reach the peer URL'];

/** How a connection ends tells how the other end went: a host without the process closes or refuses it, a cut link lets it time out. */
const endings: readonly (readonly [Sign, RegExp, string])[] = [
  ['peers-saw-reset', /unexpected EOF|\bEOF\b|connection reset by peer|connection refused/, 'was closed, reset or refused'],
  ['peers-saw-timeout', /i\/o timeout|no route to host|network is unreachable/, 'timed out without an acknowledgement'],
];

/** What the members say of each other, from their logs and counters. */
export async function probePeers(investigation: Investigation): Promise<void> {
  const nodes = investigation.nodes('member').map(({ id }) => id);
  const found = await Promise.all(complaints.map((message) => investigation.logLines(message, { limit: 200 })));
  const lines = found.flatMap((each) => each.lines).filter(({ raw }) => !raw.includes('failed to find local node')).sort((a, b) => a.atMs - b.atMs);
  for (const node of nodes) noteComplaints(investigation, { nodes, node, lines }, found);
  await noteElections(investigation, nodes);
  await noteDrift(investigation);
  for (const row of await investigation.compare('sum by (To) (rate(etcd_network_peer_sent_failures_total[1m]))', 'To')) {
    const value = row.now ?? 0;
    investigation.note({ sign: 'sends-fail', component: row.node, present: value > 0.1, claim: `the others fail to send to ${row.node} ${value} times a second`, citation: row.now === null ? row.at('now', { op: 'eq', value: 0 }) : row.at('now', { op: value > 0.1 ? 'gt' : 'le', value: 0.1 }), ...(value > 0.1 && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
  }
  await noteHearing(investigation, nodes);
  for (const node of nodes) await noteLogging(investigation, node);
}

/** Whom a line is about: its id in a field. */
function accused(investigation: Investigation, { raw }: FoundLine): ComponentRef | undefined {
  const id = /"(?:remote-peer-id|peer-id|remote-member-id)":"([0-9a-f]+)"/.exec(raw)?.[1];
  return id === undefined ? undefined : investigation.nodeNamed(id);
}

interface About {
  readonly nodes: readonly ComponentRef[];
  readonly node: ComponentRef;
  readonly lines: readonly FoundLine[];
}

function noteComplaints(investigation: Investigation, { nodes, node, lines }: About, found: readonly FoundLog[]): void {
  const { quiet } = investigation.assignment;
  const against = lines.filter((line) => line.node !== node && line.atMs > quiet.toMs && accused(investigation, line) === node);
  const looked = found.find((each) => each.looked)?.looked;
  // Whoever is complained of under an id that nobody knows may be this one.
  const isOfStranger = (line: FoundLine): boolean => line.node !== node && line.atMs > quiet.toMs && accused(investigation, line) === undefined;
  if (!looked || (against.length === 0 && lines.some(isOfStranger))) return;
  const by = [...new Set(against.map((line) => line.node))].sort();
  const [first] = against;
  const live = nodes.filter((other) => other !== node && !investigation.findings.has('scrape-fails', other));
  const everybody = live.length > 0 && live.every((other) => by.includes(other));
  if (first && everybody) investigation.note({ sign: 'peers-lost-it', component: node, present: true, claim: `${by.join(' and ')} report that they lost ${node}`, citation: first.says(first.message), sinceMs: first.atMs });
  else investigation.note({ sign: 'peers-lost-it', component: node, present: false, claim: `the other members do not all report that they lost ${node}`, citation: looked });
  investigation.note({ sign: 'peers-noticed-nothing', component: node, present: against.length === 0, claim: first ? `${first.node} logged "${first.message}" about ${node}` : `no other member logged a word about ${node}`, citation: first ? first.says(first.message) : looked });
  for (const [sign, text, words] of endings) {
    const line = against.find(({ raw }) => text.test(raw));
    const quoted = line && text.exec(line.raw)?.[0];
    if (line && quoted !== undefined) investigation.note({ sign, component: node, present: true, claim: `${line.node}'s connection to ${node} ${words} ("${quoted}")`, citation: line.says(quoted), sinceMs: line.atMs });
    else if (first) investigation.note({ sign, component: node, present: false, claim: `no connection to ${node} ${words}`, citation: looked });
  }
  noteFlapping(investigation, node, against);
}

/** Streams that broke so often, over so long, break again and again. */
const flaps = { atLeast: 6, spanMs: 20_000 };

function noteFlapping(investigation: Investigation, node: ComponentRef, against: readonly FoundLine[]): void {
  const broken = against.filter(({ message }) => message.startsWith('lost TCP streaming'));
  const [first, last] = [broken[0], broken.at(-1)];
  if (!first || !last || broken.length < flaps.atLeast || last.atMs - first.atMs < flaps.spanMs) return;
  investigation.note({ sign: 'streams-flap', component: node, present: true, claim: `streams to ${node} broke ${broken.length} times in ${Math.round((last.atMs - first.atMs) / 1000)} s`, citation: last.says('lost TCP streaming connection'), sinceMs: first.atMs });
}

/** A healthy election takes one or two rounds; whoever starts this many gets no answer. */
const roundsMax = 4;

async function noteElections(investigation: Investigation, nodes: readonly ComponentRef[]): Promise<void> {
  const rounds = await investigation.logMentions('is starting a new election at term', { limit: 200 });
  const stepped = await investigation.logMentions('stepped down to follower since quorum is not active');
  const won = await investigation.logMentions('became leader at term');
  const found = await investigation.logMentions('elected leader');
  const late = await investigation.logLines('leader failed to send out heartbeat on time');
  for (const node of nodes) {
    const of = ({ lines }: FoundLog): FoundLine[] => lines.filter((line) => line.node === node && line.atMs > investigation.assignment.quiet.toMs);
    // Rounds before the last success brought it a leader; those after it go on in vain.
    const settledMs = Math.max(0, ...[...of(won), ...of(found)].map(({ atMs }) => atMs));
    const vain = of(rounds).filter(({ atMs }) => atMs > settledMs);
    const [first] = vain;
    if (first && vain.length >= roundsMax) investigation.note({ sign: 'pre-vote-loop', component: node, present: true, claim: `${node} started ${vain.length} elections in vain`, citation: first.says('is starting a new election'), sinceMs: first.atMs });
    else if (rounds.looked) investigation.note({ sign: 'pre-vote-loop', component: node, present: false, claim: `${node} does not start elections in vain`, citation: rounds.looked });
    noteOwn(investigation, { sign: 'stepped-down', node, words: 'stepped down to follower since quorum is not active' }, of(stepped)[0], stepped.looked);
    noteOwn(investigation, { sign: 'late-heartbeats', node, words: 'leader failed to send out heartbeat on time' }, of(late)[0], late.looked);
  }
}

function noteOwn(investigation: Investigation, { sign, node, words }: { readonly sign: Sign; readonly node: ComponentRef; readonly words: string }, line: FoundLine | undefined, looked: FoundLog['looked']): void {
  if (line) investigation.note({ sign, component: node, present: true, claim: `${node} logged "${words}"`, citation: line.says(words), sinceMs: line.atMs });
  else if (looked) investigation.note({ sign, component: node, present: false, claim: `${node} logged no "${words}"`, citation: looked });
}

async function noteDrift(investigation: Investigation): Promise<void> {
  const { lines } = await investigation.logLines('prober found high clock drift');
  for (const { id } of investigation.nodes('member')) {
    const by = new Set(lines.filter((line) => accused(investigation, line) === id).map((line) => line.node));
    const line = lines.find((each) => accused(investigation, each) === id);
    // Two who disagree accuse each other; whom more than one accuses is the odd one.
    if (line && by.size >= 2) investigation.note({ sign: 'clock-drift-seen', component: id, present: true, claim: `${[...by].sort().join(' and ')} measure a high drift of the clock of ${id}`, citation: line.says('prober found high clock drift'), sinceMs: line.atMs });
  }
}

/** So long after it fell silent the window holds nothing from before. */
const heardAfterMs = 25_000;

/** A member that only the outside has lost still sends to the others. The window is short, since what came before the silence counts as well. */
async function noteHearing(investigation: Investigation, nodes: readonly ComponentRef[]): Promise<void> {
  const rows = await investigation.compare('sum by (From) (rate(etcd_network_peer_received_bytes_total{From!="0"}[15s]))', 'From');
  for (const row of rows) {
    if (!nodes.includes(row.node) || row.now === null || !row.quiet || row.quiet.median <= 0) continue;
    const silent = investigation.findings.about('scrape-fails', row.node) ?? investigation.findings.about('calls-silent', row.node);
    const limit = round(row.quiet.median * 0.1);
    // What was received just before the silence proves nothing about what came after.
    if (row.now > limit && isSilent(investigation, row.node) && investigation.nowMs - (silent?.sinceMs ?? investigation.nowMs) < heardAfterMs) continue;
    investigation.note({ sign: 'peers-hear-it', component: row.node, present: row.now > limit, claim: `the others receive ${Math.round(row.now)} bytes a second from ${row.node}, ${Math.round(row.quiet.median)} in quiet time`, citation: row.at('now', { op: row.now > limit ? 'gt' : 'le', value: limit }) });
  }
}

const isSilent = ({ findings }: Investigation, node: ComponentRef): boolean => (['scrape-fails', 'calls-silent', 'calls-refused'] as const).some((sign) => findings.has(sign, node));

/** A member that does not answer: does it still write its log? Only then its process runs. */
async function noteLogging(investigation: Investigation, node: ComponentRef): Promise<void> {
  const lost = investigation.findings.about('scrape-fails', node);
  if (!lost?.present || lost.sinceMs === undefined || investigation.findings.has('restarted', node)) return;
  const observation = await investigation.ask('search_logs', { node, fromMs: lost.sinceMs + 5_000, limit: 3 });
  const matched = (observation.answer as { matched?: number }).matched;
  if (matched === undefined) return;
  investigation.note({ sign: 'logs-while-lost', component: node, present: matched > 0, claim: `${node} wrote ${matched} log lines after it stopped answering`, citation: { observation: observation.id, path: '/matched', asserts: { op: 'eq', value: matched } } });
}
