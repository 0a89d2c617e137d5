import type { InventoryNode } from '../../../src/ports/ports.ts';
import { levelsOf, type HeaderLine, type SeriesLine } from '../../telemetry/snapshot-format.ts';
import { parseControlRow } from './control-row.ts';
import { elementsOf } from './json-text.ts';
import { memberLists, membersOf } from './member-lists.ts';

/** What names and places the nodes of a raw recording: nothing of it tells what was struck. */
export interface InventoryClues {
  /** The text of `metrics.jsonl`. */
  readonly metrics: string;
  /** The text of `control.jsonl`. */
  readonly control: string;
  /** Names of the log files without `.log`. */
  readonly logNames: readonly string[];
}

/** Not nodes of the database: load generators and what ran beside them. */
const outsiders = /^(client|load|mon|prometheus|grafana)\b/;

/**
 * Who is deployed where, learned from the recording itself: members by their own list, stores by the control plane's
 * list and the scraped targets. A store's name is the name of its log; its host's number says which log is whose.
 */
export function learnInventory({ metrics, control, logNames }: InventoryClues): InventoryNode[] {
  const [role, members] = membersIn(control);
  const scraped = scrapedHosts(metrics, 'tikv');
  const memberHosts = new Set(members.values());
  const known = storeHostsIn(control).filter((host) => !memberHosts.has(host));
  const targets = new Set(headerOf(metrics).targets.filter(({ job }) => job === 'tikv').map(({ instance }) => hostOf(instance)));
  const names = logNames.filter((name) => !members.has(name) && !outsiders.test(name)).sort(byNumber);
  // Simulated stores are listed, and neither scraped nor logged.
  const hosts = [...new Set([...scraped, ...known.filter((host) => names.length > 0 && targets.has(host))])].sort(byNumber);
  const stores = namesOfHosts(hosts, names, mountsIn(metrics));
  return [
    ...[...members].map(([node, host]) => ({ node, role, host })).sort((a, b) => byNumber(a.node, b.node)),
    ...hosts.map((host) => ({ node: stores.get(host) ?? host, role: 'tikv', host })),
  ];
}

/** A disk that is mounted under a node's name gives it away; else the n-th host is the node with number n, else the order decides. */
function namesOfHosts(hosts: readonly string[], names: readonly string[], mounts: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const host of hosts) {
    const mounted = mounts.get(host);
    if (mounted !== undefined && (names.includes(mounted) || names.length === 0) && !taken(found, mounted)) found.set(host, mounted);
  }
  const left = names.filter((name) => !taken(found, name));
  const numbered = left.every((name) => hosts[numberOf(name) - 1] !== undefined && !found.has(hosts[numberOf(name) - 1] as string));
  left.forEach((name) => {
    const host = numbered ? hosts[numberOf(name) - 1] : hosts.find((each) => !found.has(each));
    if (host !== undefined) found.set(host, name);
  });
  hosts.forEach((host, index) => {
    if (!found.has(host) && !taken(found, `tikv-${index + 1}`)) found.set(host, `tikv-${index + 1}`);
  });
  return found;
}

const taken = (found: ReadonlyMap<string, string>, name: string): boolean => [...found.values()].includes(name);
const numberOf = (name: string): number => Number(/(\d+)$/.exec(name)?.[1] ?? Number.NaN);

/** The role of the control plane's members, their names and hosts, as any answer ever listed them. */
function membersIn(control: string): readonly [role: string, ReadonlyMap<string, string>] {
  for (const list of memberLists) {
    const rows = answersTo(control, list.request).map(parseControlRow);
    const named = rows.flatMap((row) => membersOf(list, row)).flatMap(({ name, clientUrls: [url] }) => (name === '' || url === undefined ? [] : [[name, URL.parse(url)?.hostname ?? hostOf(url)] as const]));
    if (named.length > 0) return [list.role, new Map(named)];
  }
  return ['pd', new Map()];
}

/** Hosts of every store that any answer ever listed. */
function storeHostsIn(control: string): string[] {
  const rows = answersTo(control, 'GET /pd/api/v1/stores').map((line) => parseControlRow(line).bodyText ?? '');
  const addresses = rows.flatMap(wholeStores).map((text) => (JSON.parse(text) as { store: { address?: string } }).store.address);
  return [...new Set(addresses.filter((address) => address !== undefined).map(hostOf))];
}

/** Lines that hold an answer to a request. */
const answersTo = (control: string, request: string): string[] => control.split('\n').filter((line) => line.includes(`"request":"${request}"`) && line.includes('"status":200'));

/** A long answer of a single member may have been cut short; a cut list is left to the whole ones. */
function wholeStores(body: string): string[] {
  try {
    JSON.parse(body);
    return elementsOf(body, 'stores');
  } catch {
    return [];
  }
}

const headerOf = (metrics: string): HeaderLine => JSON.parse(metrics.slice(0, metrics.indexOf('\n'))) as HeaderLine;

/** Hosts of a job that were scraped successfully at least once. */
function scrapedHosts(metrics: string, job: string): string[] {
  const { targets } = headerOf(metrics);
  const up = linesOf(metrics, 'up').filter((line) => levelsOf(line).some(({ sample }) => sample === 1));
  return up.flatMap(({ t }) => (targets[t]?.job === job ? [hostOf(targets[t].instance)] : []));
}

/** The last part of each host's mount point, where hosts report one disk each that is named after a node. */
function mountsIn(metrics: string): Map<string, string> {
  const { targets } = headerOf(metrics);
  const found = new Map<string, string>();
  for (const { t, l } of linesOf(metrics, 'node_filesystem_avail_bytes')) {
    const name = /\/([a-z]+-\d+)$/.exec(l['mountpoint'] ?? '')?.[1];
    const instance = targets[t]?.instance;
    if (name !== undefined && instance !== undefined) found.set(hostOf(instance), name);
  }
  return found;
}

function linesOf(metrics: string, name: string): SeriesLine[] {
  const head = `\n{"n":"${name}",`;
  const found: SeriesLine[] = [];
  for (let at = metrics.indexOf(head); at >= 0; at = metrics.indexOf(head, at + 1)) {
    const end = metrics.indexOf('\n', at + 1);
    found.push(JSON.parse(metrics.slice(at + 1, end < 0 ? metrics.length : end)) as SeriesLine);
  }
  return found;
}

const hostOf = (address: string): string => address.replace(/:\d+$/, '');

/** Numbers inside names count as numbers: 10.0.0.9 comes before 10.0.0.11. */
function byNumber(a: string, b: string): number {
  const padded = (text: string): string => text.replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
  return padded(a) < padded(b) ? -1 : padded(a) > padded(b) ? 1 : 0;
}
