import type { Investigation, Row } from '../investigation.ts';

/** A refused connection answers within milliseconds; a scrape timeout is never set as short as a second. */
const refusedWithinSeconds = 1;
/** Above this a scrape is late on any machine, whatever it took before. */
const slowScrapeSeconds = 0.5;

/** Are the processes there, do they answer, did they start anew? Jobs are called after roles unless told otherwise. */
export async function probeProcesses(investigation: Investigation, jobs = [...new Set(investigation.assignment.topology.nodes.map((node) => node.role))].join('|')): Promise<void> {
  const up = await investigation.compare(`up{job=~"${jobs}"}`);
  const durations = await investigation.compare(`scrape_duration_seconds{job=~"${jobs}"}`);
  const deployed = new Set(investigation.assignment.topology.nodes.map((node) => node.id));
  const known = up.filter((row) => deployed.has(row.node) && wasSeen(row));
  for (const row of known) probeScrape(investigation, row, durations.find((each) => each.node === row.node));
  const ended = known.filter(({ now }) => now === null);
  if (ended.length > 0 && ended.length < known.length) await noteEnded(investigation, jobs, new Set(ended.map(({ node }) => node)));
  for (const row of await investigation.compare(`process_start_time_seconds{job=~"${jobs}"}`)) probeStart(investigation, row);
  await noteResets(investigation, jobs);
}

/** Not every exporter tells a start time that is true; a counter of used CPU that begins anew has been started anew. */
async function noteResets(investigation: Investigation, jobs: string): Promise<void> {
  const seconds = Math.max(30, Math.ceil((investigation.nowMs - investigation.assignment.quiet.toMs) / 1000));
  for (const row of await investigation.compare(`resets(process_cpu_seconds_total{job=~"${jobs}"}[${seconds}s])`)) {
    if (row.now === null || row.now < 1 || investigation.findings.has('restarted', row.node)) continue;
    investigation.note({ sign: 'restarted', component: row.node, present: true, claim: `the CPU that ${row.node} has used was counted from zero ${row.now === 1 ? 'again' : `${row.now} times`} since quiet time`, citation: row.at('now', { op: 'ge', value: 1 }), ...(row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
  }
}

/** Three digits are enough for a person. */
const duration3 = (seconds: number): string => (seconds < 1 ? `${Number((seconds * 1000).toPrecision(2))} ms` : `${Number(seconds.toPrecision(3))} s`);

/** A target that never answered, not even in quiet time, is no news. */
const wasSeen = ({ quiet }: Row): boolean => quiet === null || quiet.max >= 1;

function probeScrape(investigation: Investigation, up: Row, duration: Row | undefined): void {
  if (up.now === null) return;
  const down = up.now === 0;
  const since = down && up.leftBandAtMs !== null ? { sinceMs: up.leftBandAtMs } : {};
  const component = up.node;
  investigation.note({ sign: 'scrape-fails', component, present: down, claim: `up of ${component} is ${up.now}`, citation: up.at('now', { op: 'eq', value: up.now }), ...since });
  if (!duration || duration.now === null) return;
  const seconds = duration.now;
  const quick = seconds < refusedWithinSeconds;
  const took = `the last scrape of ${component} ${down ? (quick ? 'was refused within' : 'failed only after') : 'took'} ${duration3(seconds)}`;
  const lasted = duration.at('now', { op: quick ? 'lt' : 'ge', value: refusedWithinSeconds });
  const answered = { claim: `${component} answered its last scrape`, citation: up.at('now', { op: 'eq', value: 1 }) };
  const ended = down ? { claim: took, citation: lasted } : answered;
  investigation.note({ sign: 'scrape-refused', component, present: down && quick, ...ended, ...since });
  investigation.note({ sign: 'scrape-times-out', component, present: down && !quick, ...ended, ...since });
  const limit = Math.max(slowScrapeSeconds, 3 * (duration.quiet?.median ?? 0));
  const slow = !down && seconds >= limit;
  investigation.note({
    sign: 'scrape-slow', component, present: slow, claim: `${took}, ${duration.quiet ? duration3(duration.quiet.median) : 'unknown'} in quiet time`,
    citation: duration.at('now', { op: seconds >= limit ? 'ge' : 'lt', value: limit }), ...(slow && duration.leftBandAtMs !== null && { sinceMs: duration.leftBandAtMs }),
  });
}

/** A target that the monitoring gave up has no `up` at all: its last sample says since when nothing is known of it. */
async function noteEnded(investigation: Investigation, jobs: string, ended: ReadonlySet<string>): Promise<void> {
  for (const row of await investigation.compare(`max_over_time(timestamp(up{job=~"${jobs}"})[10m:5s])`)) {
    if (!ended.has(row.node) || row.now === null) continue;
    const sinceMs = Math.round(row.now * 1000);
    const at = new Date(sinceMs).toISOString().slice(11, 19);
    investigation.note({ sign: 'scrape-fails', component: row.node, present: true, claim: `metrics of ${row.node} were last seen at ${at} UTC: it is scraped no longer`, citation: row.at('now', { op: 'eq', value: row.now }), sinceMs });
  }
}

function probeStart(investigation: Investigation, { node, now, quiet, extreme, at }: Row): void {
  if (!quiet) return;
  const newest = now ?? extreme?.value;
  if (newest === undefined) return;
  // Sub-second differences are rounding of the same start.
  const anew = newest > quiet.max + 1;
  investigation.note({
    sign: 'restarted', component: node, present: anew, claim: anew ? `${node} started anew ${Math.round(newest - quiet.max)} s after its earlier start` : `the start time of ${node} did not change`,
    citation: at(now === null ? 'extreme/value' : 'now', anew ? { op: 'gt', value: quiet.max + 1 } : { op: 'le', value: quiet.max + 1 }), ...(anew && { sinceMs: Math.round(newest * 1000) }),
  });
}
