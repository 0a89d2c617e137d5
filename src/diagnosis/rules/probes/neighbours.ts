import type { ComponentRef } from '../../../subjects/contract.ts';
import { round } from '../../tools/baseline.ts';
import type { Investigation, Row } from '../investigation.ts';
import type { Sign } from '../signs.ts';

/** A resource of a machine, and the part of it that the database's own process there says it uses. */
interface Resource {
  readonly sign: Sign;
  readonly what: string;
  /** What the machine's exporter counts, whoever uses it. */
  readonly host: string;
  readonly own: string;
  /** Less than this is nobody worth looking for. */
  readonly floor: number;
  readonly spell: (value: number) => string;
}

const cores = (value: number): string => `${round(Number(value.toPrecision(3)))} cores`;
const megabytes = (value: number): string => `${round(Number((value / 1e6).toPrecision(3)))} MB/s`;

const resources: readonly Resource[] = [
  { sign: 'cpu-used-elsewhere', what: 'CPU', host: 'sum by (instance) (rate(node_cpu_seconds_total{mode!~"idle|iowait"}[30s]))', own: 'sum by (instance) (rate(process_cpu_seconds_total{job=~"tikv|pd"}[30s]))', floor: 1, spell: cores },
  { sign: 'disk-used-elsewhere', what: 'disk writes', host: 'sum by (instance) (rate(node_disk_written_bytes_total[30s]))', own: 'sum by (instance) (rate(tikv_io_bytes{op="write"}[30s]))', floor: 20e6, spell: megabytes },
];

/** The machine is busier by so many times, and the database on it is not. */
const [growth, ownGrowth] = [3, 2] as const;

/** Does somebody else work on a node's machine? */
export async function probeNeighbours(investigation: Investigation): Promise<void> {
  for (const resource of resources) {
    const [hosts, own] = [await investigation.compare(resource.host), await investigation.compare(resource.own)];
    for (const row of hosts) note(investigation, resource, row, own.find((each) => each.node === row.node));
  }
}

function note(investigation: Investigation, { sign, what, floor, spell }: Resource, host: Row, own: Row | undefined): void {
  if (host.now === null || !host.quiet) return;
  const limit = round(Math.max(growth * host.quiet.median, host.quiet.median + floor));
  const grew = host.now >= limit;
  // Whose work it is, only the database's own count can tell.
  if (grew && (!own || own.now === null || own.quiet === null)) return;
  const ownGrew = own !== undefined && own.now !== null && own.quiet !== null && own.now > Math.max(ownGrowth * own.quiet.median, floor / 2);
  const present = grew && !ownGrew;
  const component: ComponentRef = host.node;
  const byItself = own?.now === null || own === undefined ? '' : `; of that the database itself ${spell(own.now)}`;
  investigation.note({
    sign, component, present, claim: `${what} on the machine of ${component}: ${spell(host.now)}, ${spell(host.quiet.median)} in quiet time${byItself}`,
    citation: host.at('now', { op: grew ? 'ge' : 'lt', value: limit }), ...(present && host.leftBandAtMs !== null && { sinceMs: host.leftBandAtMs }),
  });
}
