import { median, round } from '../../tools/baseline.ts';
import type { Investigation, Row } from '../investigation.ts';
import { clusterSigns, type Sign } from '../signs.ts';

/** One number that is a sign from a limit on, and so many times its quiet value. */
export interface Mark {
  readonly sign: Sign;
  readonly what: string;
  readonly promql: string;
  readonly atLeast: number;
  readonly factor?: number;
  /** And so many times what the others have. */
  readonly factorOfPeers?: number;
  /** Looked at only on nodes that this was seen of. */
  readonly only?: Sign;
}

/** Notes a number for every node that has it, or once where the sign is about the cluster. */
export async function noteMark(investigation: Investigation, mark: Mark): Promise<void> {
  const { only } = mark;
  const rows = (await investigation.compare(mark.promql)).filter(({ node, now }) => now !== null && (only === undefined || investigation.findings.has(only, investigation.nodeNamed(node) ?? node)));
  if (clusterSigns.has(mark.sign)) {
    const [largest] = [...rows].sort((a, b) => (b.now ?? 0) - (a.now ?? 0));
    if (largest) noteRow(investigation, { ...mark, factorOfPeers: 0 }, 'cluster', { row: largest, rows });
  } else for (const row of rows) noteRow(investigation, mark, investigation.nodeNamed(row.node) ?? row.node, { row, rows });
}

function noteRow(investigation: Investigation, { sign, what, atLeast, factor = 0, factorOfPeers = 0 }: Mark, component: string, { row, rows }: { readonly row: Row; readonly rows: readonly Row[] }): void {
  const peers = rows.filter((other) => other !== row).map(({ now }) => now ?? 0);
  const limit = round(Math.max(atLeast, factor * (row.quiet?.median ?? 0), factorOfPeers * (peers.length === 0 ? 0 : median(peers))));
  const value = row.now ?? 0;
  const present = value >= limit;
  const whose = component === 'cluster' ? row.node : component;
  investigation.note({
    sign, component, present, claim: `${what}${whose === '' ? '' : ` of ${whose}`}: ${value}, ${row.quiet ? row.quiet.median : 'unknown'} in quiet time`,
    citation: row.at('now', { op: present ? 'ge' : 'lt', value: limit }), ...(present && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

/** Words in the message of a log line, and where the program puts a reason into a field, in that field of lines that begin as told. */
export interface LogMark {
  readonly sign: Sign;
  /** A part of the line, to search for. */
  readonly contains: string;
  /** What the line has to be, message and fields; default: `contains` in its message. */
  readonly passes?: (line: { readonly message: string; readonly raw: string; readonly level: string }) => boolean;
}

/** Notes which nodes wrote such a line; for a sign of the cluster, that somebody did. */
export async function noteLogMark(investigation: Investigation, { sign, contains, passes = ({ message }) => message.includes(contains) }: LogMark): Promise<void> {
  const { lines, looked } = await investigation.logHolding(contains);
  const own = lines.filter(passes);
  const aboutCluster = clusterSigns.has(sign);
  for (const component of aboutCluster ? ['cluster'] : investigation.assignment.topology.nodes.map(({ id }) => id)) {
    const line = own.find(({ node }) => aboutCluster || node === component);
    if (investigation.findings.has(sign, component)) continue;
    if (line) investigation.note({ sign, component, present: true, claim: `${line.node} logged "${line.message.slice(0, 160)}" (${contains})`, citation: line.says(contains), sinceMs: line.atMs });
    else if (looked) investigation.note({ sign, component, present: false, claim: `no such line of ${component} names "${contains}"`, citation: looked });
  }
}
