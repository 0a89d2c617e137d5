import type { ComponentRef } from '../../../subjects/contract.ts';
import type { Sign } from '../signs.ts';
import type { FoundLine, FoundLog, Investigation } from '../investigation.ts';

/** Elections settle within half a minute; candidates that go on asking have no majority to hear them. */
const preVotesPerSecond = 1;

/** Who still talks to whom, from the stores' own logs and counters. */
export async function probeNetwork(investigation: Investigation): Promise<void> {
  const stores = investigation.nodes('tikv').map((node) => node.id);
  if (stores.length === 0) return;
  await noteUnreachable(investigation, stores, await investigation.logLines('broadcasting unreachable'));
  noteAborts(investigation, stores, await investigation.logLines('connection aborted'));
  await noteWriters(investigation, stores, 'stepped-down', 'stepped down to follower since quorum is not active');
  noteHeartbeats(investigation, stores, await investigation.logLines('store heartbeat failed'));
  for (const row of await investigation.compare('sum by (instance) (rate(tikv_raftstore_raft_sent_message_total{type="prevote"}[30s]))')) {
    if (row.now === null) continue;
    const looping = row.now >= preVotesPerSecond;
    investigation.note({
      sign: 'pre-vote-loop', component: row.node, present: looping, claim: `${row.node} sends ${row.now} pre-vote requests a second`,
      citation: row.at('now', { op: looping ? 'ge' : 'lt', value: preVotesPerSecond }), ...(looping && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
    });
  }
  for (const store of stores) await noteLogging(investigation, store);
}

const field = (line: FoundLine, name: string): string | undefined => new RegExp(`\\[${name}="?(\\d+)"?\\]`).exec(line.raw)?.[1];

async function noteUnreachable(investigation: Investigation, stores: readonly ComponentRef[], { lines, looked }: FoundLog): Promise<void> {
  const accused = (line: FoundLine): ComponentRef | undefined => investigation.storeWithId(field(line, 'unreachable_store_id') ?? '');
  for (const store of stores) {
    const others = stores.filter((other) => other !== store);
    const against = lines.filter((line) => line.node !== store && accused(line) === store);
    const by = new Set(against.map((line) => line.node));
    const first = against[0];
    if (first && others.every((other) => by.has(other) || investigation.findings.has('scrape-fails', other))) {
      investigation.note({ sign: 'peers-lost-it', component: store, present: true, claim: `${[...by].sort().join(' and ')} report ${store} unreachable`, citation: first.says('broadcasting unreachable'), sinceMs: first.atMs });
    } else if (looked) investigation.note({ sign: 'peers-lost-it', component: store, present: false, claim: `the other stores do not all report ${store} unreachable`, citation: looked });
    const own = lines.filter((line) => line.node === store);
    const ownAccused = new Set(own.map(accused));
    const firstOwn = own[0];
    if (firstOwn && others.every((other) => ownAccused.has(other))) {
      investigation.note({ sign: 'lost-every-peer', component: store, present: true, claim: `${store} reports every other store unreachable`, citation: firstOwn.says('broadcasting unreachable'), sinceMs: firstOwn.atMs });
    } else if (looked) investigation.note({ sign: 'lost-every-peer', component: store, present: false, claim: `${store} does not report every other store unreachable`, citation: looked });
    await noteOneWay(investigation, store, others);
  }
}

/** Each store dials the others, so each direction fails by itself: one that has lost them all and that nobody has lost, or the reverse. */
async function noteOneWay(investigation: Investigation, store: ComponentRef, others: readonly ComponentRef[]): Promise<void> {
  const [byOthers, byItself] = (['peers-lost-it', 'lost-every-peer'] as const).map((sign) => investigation.findings.about(sign, store));
  if (!byOthers || !byItself) return;
  const lost = byOthers.present ? byOthers : byItself;
  const fine = lost === byOthers ? byItself : byOthers;
  const lopsided = lost.present && !fine.present && !investigation.findings.has('scrape-fails', store) && !investigation.findings.has('restarted', store);
  // Whose log nobody can read may have lost the other side as well.
  if (lopsided && !(await areRead(investigation, fine === byItself ? [store] : others))) return;
  investigation.note({ ...lost, sign: 'lost-one-way', component: store, present: lopsided, claim: `${lost.claim}, and ${fine.claim}` });
}

async function areRead(investigation: Investigation, nodes: readonly ComponentRef[]): Promise<boolean> {
  for (const node of nodes) {
    const { answer } = await investigation.ask('search_logs', { node, limit: 0 });
    if (((answer as { matched?: number }).matched ?? 0) === 0) return false;
  }
  return true;
}

/** How a connection ends tells how the other end went: a host without the process resets it, a stopped process lets the keep-alive expire, a cut link acknowledges nothing. */
const endings: readonly (readonly [Sign, RegExp, string])[] = [
  ['peers-saw-reset', /Connection reset by peer|Socket closed|Connection refused/, 'was reset'],
  ['peers-saw-keepalive', /keepalive watchdog timeout/i, 'ended by its keep-alive'],
  ['peers-saw-timeout', /Connection timed out/, 'timed out without an acknowledgement'],
];

function noteAborts(investigation: Investigation, stores: readonly ComponentRef[], { lines }: FoundLog): void {
  const linesAbout = (store: ComponentRef): readonly FoundLine[] => lines.filter((line) => line.node !== store && investigation.storeWithId(field(line, 'store_id') ?? '') === store);
  const accusers = new Map(stores.map((store) => [store, new Set(linesAbout(store).map(({ node }) => node))]));
  const odd = oddOnes(accusers);
  for (const store of odd) noteFlapping(investigation, store, lines.filter(({ node }) => node === store));
  for (const store of stores) {
    const about = linesAbout(store);
    if (about.length === 0) continue;
    const [only, another] = [...(accusers.get(store) ?? [])];
    // Whom one store alone accuses, that is itself accused by several or accuses others as well, shares a link with the odd one and no more.
    if (another !== undefined || ((accusers.get(only ?? '')?.size ?? 0) < 2 && !odd.has(only ?? ''))) noteFlapping(investigation, store, about);
    for (const [sign, text, words] of endings) {
      const line = about.find((each) => text.test(each.raw));
      const shown = line ?? about[0];
      if (!shown) continue;
      const quoted = endings.map(([, pattern]) => pattern.exec(shown.raw)?.[0]).find((found) => found !== undefined) ?? 'connection aborted';
      investigation.note({ sign, component: store, present: line !== undefined, claim: line ? `${shown.node}'s connection to ${store} ${words}` : `${shown.node}'s connection to ${store} ended with "${quoted}"`, citation: shown.says(quoted), sinceMs: shown.atMs });
    }
  }
}

/** Stores that lose several others whom nobody else loses: what they send gets lost. */
function oddOnes(accusers: ReadonlyMap<ComponentRef, ReadonlySet<ComponentRef>>): ReadonlySet<ComponentRef> {
  const alone = [...accusers.values()].flatMap((by) => (by.size === 1 ? [...by] : []));
  return new Set(alone.filter((each, at) => alone.indexOf(each) !== at && accusers.get(each)?.size === 0));
}

/** Connections that broke at least so often, over at least so long, break again and again. */
const flaps = { atLeast: 4, spanMs: 20_000 };

function noteFlapping(investigation: Investigation, store: ComponentRef, about: readonly FoundLine[]): void {
  const [first, last] = [about[0], about.at(-1)];
  if (!first || !last || about.length < flaps.atLeast || last.atMs - first.atMs < flaps.spanMs) return;
  investigation.note({ sign: 'streams-flap', component: store, present: true, claim: `connections with ${store} broke ${about.length} times in ${Math.round((last.atMs - first.atMs) / 1000)} s`, citation: last.says('connection aborted'), sinceMs: first.atMs });
}

/** Notes for each store whether it wrote a message, from the counts of a search. */
async function noteWriters(investigation: Investigation, stores: readonly ComponentRef[], sign: Sign, message: string): Promise<void> {
  const { patterns, looked } = await investigation.logLines(message, { limit: 5 });
  for (const store of stores) {
    const pattern = patterns.find((each) => (each.nodes[store] ?? 0) > 0);
    if (pattern) investigation.note({ sign, component: store, present: true, claim: `${store} logged "${message}" ${pattern.nodes[store]} times`, citation: pattern.on(store), sinceMs: pattern.firstMs });
    else if (looked) investigation.note({ sign, component: store, present: false, claim: `${store} logged no "${message}"`, citation: looked });
  }
}

function noteHeartbeats(investigation: Investigation, stores: readonly ComponentRef[], { lines, patterns, looked }: FoundLog): void {
  const failing = stores.filter((store) => patterns.some((pattern) => (pattern.nodes[store] ?? 0) > 0));
  const alone = failing.length <= stores.length / 2;
  for (const store of stores) {
    const pattern = patterns.find((each) => (each.nodes[store] ?? 0) > 0);
    if (pattern) investigation.note({ sign: 'cut-from-control-plane', component: store, present: alone, claim: `${store} failed to send its store heartbeat ${pattern.nodes[store]} times`, citation: pattern.on(store), sinceMs: pattern.firstMs });
    else if (looked) investigation.note({ sign: 'cut-from-control-plane', component: store, present: false, claim: `${store} logged no failed store heartbeat`, citation: looked });
  }
  const line = lines[0];
  if (!looked) return;
  const all = failing.length > stores.length / 2;
  investigation.note({ sign: 'stores-lost-control-plane', component: 'cluster', present: all, claim: `${failing.length} of ${stores.length} stores failed to send store heartbeats`, citation: line && all ? line.says('store heartbeat failed') : looked, ...(all && line && { sinceMs: line.atMs }) });
}

/** A store that the others have lost: does it still write its log? Only then its process runs. */
async function noteLogging(investigation: Investigation, store: ComponentRef): Promise<void> {
  const lost = investigation.findings.about('peers-lost-it', store);
  if (!lost?.present || lost.sinceMs === undefined) return;
  const observation = await investigation.ask('search_logs', { node: store, fromMs: lost.sinceMs + 5_000, limit: 3 });
  const matched = (observation.answer as { matched?: number }).matched;
  if (matched === undefined) return;
  const restarted = investigation.findings.has('restarted', store);
  investigation.note({
    sign: 'logs-while-lost', component: store, present: matched > 0 && !restarted, claim: `${store} wrote ${matched} log lines after its peers had lost it`,
    citation: { observation: observation.id, path: '/matched', asserts: { op: 'eq', value: matched } }, ...(matched > 0 && { sinceMs: lost.sinceMs }),
  });
}
