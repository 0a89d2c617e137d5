import type { Investigation, Row } from '../investigation.ts';

/** Are clocks wrong, by what their machines count and by what was logged? */
export async function probeClocks(investigation: Investigation): Promise<void> {
  await noteJumps(investigation);
  await noteOffsets(investigation);
}

/** From a second on etcd complains of a peer's clock. */
const clockOffSeconds = 1;
const ahead = 'node_time_seconds - timestamp(node_time_seconds)';
/** How far each clock is off: where three machines or more tell, or told until now, the one in their middle is right, and not that of the monitoring. */
export const clockOffsets = `${ahead} - scalar(quantile(0.5, ${ahead}) and count(count_over_time(node_time_seconds[10m])) >= 3 or vector(0))`;

/** Whose machine's clock is off, by its exporter. */
async function noteOffsets(investigation: Investigation): Promise<void> {
  const rows = await investigation.compare(clockOffsets);
  const whose = rows.length >= 3 ? 'those of the others' : 'that of the monitoring';
  for (const row of rows) {
    if (row.now === null) continue;
    const off = Math.abs(row.now) > clockOffSeconds;
    if (off && wasOff(row, row.now) && !isAskedAbout(investigation)) continue;
    investigation.note({
      sign: 'clock-off', component: row.node, present: off, claim: `the clock of ${row.node} is ${spelled(Math.abs(row.now))} ${row.now < 0 ? 'behind' : 'ahead of'} ${whose}`,
      citation: row.at('now', off ? { op: row.now < 0 ? 'lt' : 'gt', value: Math.sign(row.now) * clockOffSeconds } : { op: 'le', value: clockOffSeconds }), ...(off && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
    });
  }
}

const spelled = (seconds: number): string => (seconds < clockOffSeconds ? `${Math.round(seconds * 1000)} ms` : `${Number(seconds.toPrecision(3))} s`);

/** A clock that was as wrong in quiet time explains nothing that is new, unless it is what is asked about. */
const wasOff = ({ quiet }: Row, now: number): boolean => quiet !== null && Math.abs(now - quiet.median) <= clockOffSeconds;
const isAskedAbout = ({ assignment: { incident } }: Investigation): boolean => incident.tickets.some(({ invariant }) => invariant === 'clocks-differ') && incident.tickets.every(({ invariant }) => invariant === 'clocks-differ');

/** Whose clock was seen to jump, by its own log. */
async function noteJumps(investigation: Investigation): Promise<void> {
  const { lines } = await investigation.logLines('system time jump');
  for (const { id } of investigation.assignment.topology.nodes) {
    const line = lines.find((each) => each.node === id);
    if (line) investigation.note({ sign: 'clock-set-back', component: id, present: true, claim: `${id} logged "${line.message}"`, citation: line.says('system time jump'), sinceMs: line.atMs });
  }
}
