import { z } from 'zod';
import type { Investigation } from '../investigation.ts';

/** Who leads the control plane, who led it before, and is there a majority? */
export async function probeControlPlane(investigation: Investigation): Promise<void> {
  const members = investigation.nodes('pd').map((node) => node.id);
  if (members.length === 0) return;
  await noteLeadership(investigation);
  await noteQuorum(investigation, members);
  await noteAnswer(investigation);
  await noteHealth(investigation);
  await noteClock(investigation);
  await noteOffsets(investigation, members);
  const { lines, looked } = await investigation.logLines('try to resign etcd leader');
  for (const member of members) {
    const line = lines.find((each) => each.node === member);
    if (line) investigation.note({ sign: 'resigned', component: member, present: true, claim: `${member} was asked to resign`, citation: line.says('try to resign etcd leader'), sinceMs: line.atMs });
    else if (looked) investigation.note({ sign: 'resigned', component: member, present: false, claim: `${member} logged no request to resign`, citation: looked });
  }
}

async function noteLeadership(investigation: Investigation): Promise<void> {
  for (const row of await investigation.compare('etcd_server_is_leader{job="pd"}')) {
    if (!row.quiet) continue;
    const led = row.quiet.median === 1;
    investigation.note({ sign: 'led-the-control-plane', component: row.node, present: led, claim: `${row.node} ${led ? 'led' : 'did not lead'} the control plane in quiet time`, citation: row.at('quiet/median', { op: 'eq', value: row.quiet.median }) });
    const lost = led && row.now !== 1;
    // A dead member's series ends, so its own last value says nothing; who leads now is in the others' rows.
    if (row.now !== null) investigation.note({ sign: 'lost-leadership', component: row.node, present: lost, claim: `${row.node} ${row.now === 1 ? 'leads' : 'does not lead'} now`, citation: row.at('now', { op: 'eq', value: row.now }), ...(lost && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
  }
}

async function noteClock(investigation: Investigation): Promise<void> {
  const { lines, looked } = await investigation.logLines('system time jump');
  const [line] = lines;
  if (line) investigation.note({ sign: 'time-jumped', component: 'cluster', present: true, claim: `${line.node} logged "${line.message}"`, citation: line.says('system time jump'), sinceMs: line.atMs });
  else if (looked) investigation.note({ sign: 'time-jumped', component: 'cluster', present: false, claim: 'no node logged a jump of its clock', citation: looked });
}

/** One offset is a jump or a pause; a clock loop that waits for its disk complains at every save. */
const offsetsAtLeast = 3;

async function noteOffsets(investigation: Investigation, members: readonly string[]): Promise<void> {
  const { lines, looked } = await investigation.logLines('clock offset');
  for (const member of members) {
    const own = lines.filter((line) => line.node === member);
    const [first, last] = [own[0], own.at(-1)];
    if (first && last && own.length >= offsetsAtLeast) investigation.note({ sign: 'clock-offset-repeats', component: member, present: true, claim: `${member} logged "clock offset" ${own.length} times`, citation: last.says('clock offset'), sinceMs: first.atMs });
    else if (looked) investigation.note({ sign: 'clock-offset-repeats', component: member, present: false, claim: `${member} did not log "clock offset" again and again`, citation: looked });
  }
}

const healthSchema = z.array(z.object({ name: z.string(), health: z.boolean() }));

async function noteHealth(investigation: Investigation): Promise<void> {
  const { observation, body } = await investigation.controlPlane('/pd/api/v1/health');
  const parsed = healthSchema.safeParse(body);
  if (!parsed.success) return;
  parsed.data.forEach(({ name, health }, index) => {
    const component = investigation.nodeNamed(name) ?? name;
    investigation.note({ sign: 'member-unhealthy', component, present: !health, claim: `/health says ${health} for ${component}`, citation: { observation: observation.id, path: `/body/${index}/health`, asserts: { op: 'eq', value: health } } });
  });
}

async function noteQuorum(investigation: Investigation, members: readonly string[]): Promise<void> {
  const down = members.map((member) => investigation.findings.about('scrape-fails', member)).filter((finding) => finding?.present);
  const first = down[0];
  const rows = await investigation.compare('etcd_server_has_leader{job="pd"}');
  const without = rows.filter((row) => row.now === 0);
  const survivors = rows.filter((row) => row.now !== null);
  const shown = without[0] ?? survivors[0];
  const majorityDown = down.length * 2 >= members.length;
  // Of a member that nobody scrapes it is not known whether it sees a leader.
  const unknown = members.filter((member) => investigation.findings.about('scrape-fails', member) === undefined && !survivors.some(({ node }) => node === member)).length;
  const leaderless = survivors.length > 0 && without.length === survivors.length;
  const lost = majorityDown || (leaderless && unknown * 2 <= members.length);
  if (leaderless && !lost) return;
  const citation = lost && !leaderless && first ? first.citation : shown?.at('now', { op: 'eq', value: shown.now ?? 0 });
  if (citation) investigation.note({ sign: 'quorum-lost', component: 'cluster', present: lost, claim: `${down.length} of ${members.length} control-plane members are down; ${without.length} of ${survivors.length} others see no etcd leader`, citation, ...(lost && first?.sinceMs !== undefined && { sinceMs: Math.max(...down.map((finding) => finding?.sinceMs ?? 0)) }) });
  const refused = members.map((member) => investigation.findings.about('scrape-refused', member)).find((finding) => finding?.present);
  if (refused) investigation.note({ ...refused, component: 'pd' });
}

const errorSchema = z.object({ error: z.object({ code: z.string() }).optional() }).catch({});

/** Whether anybody serves for the whole: a question that reached nobody tells of our own way there, not of theirs. */
async function noteAnswer(investigation: Investigation): Promise<void> {
  const { observation, status } = await investigation.controlPlane('/pd/api/v1/members');
  const { error } = errorSchema.parse(observation.answer);
  const leads = (await investigation.compare('etcd_server_is_leader{job="pd"}')).some(({ now }) => now === 1);
  if (status === undefined && (error?.code === 'LAB_NO_MEMBER' || leads)) return;
  if (status !== undefined && status !== 200 && status < 500) return;
  const nobody = status === undefined || status >= 500;
  investigation.note({ sign: 'no-leader-answers', component: 'cluster', present: nobody, claim: status === undefined ? 'nobody answers for the control plane' : `the control plane answers /members with ${status}`, citation: { observation: observation.id, path: status === undefined ? '/error/code' : '/status', asserts: status === undefined ? { op: 'exists' } : { op: 'eq', value: status } } });
}
