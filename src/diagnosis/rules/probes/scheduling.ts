import { z } from 'zod';
import type { Citation } from '../finding.ts';
import type { Investigation } from '../investigation.ts';

/** Schedulers that the control plane creates by itself and that balance needs; without them nothing moves by itself. */
const defaults = ['balance-leader-scheduler', 'balance-region-scheduler'];

const namesSchema = z.array(z.string());

/** Is the control plane allowed to do its work? */
export async function probeScheduling(investigation: Investigation): Promise<void> {
  const { observation, body } = await investigation.controlPlane('/pd/api/v1/schedulers');
  const names = namesSchema.safeParse(body);
  if (names.success) {
    await noteMissing(investigation, names.data, observation.id);
    await noteEvictLeader(investigation, names.data, observation.id);
  }
  const { looked } = await investigation.logLines('remove scheduler successfully');
  if (!looked) await noteUnread(investigation);
}

async function noteUnread(investigation: Investigation): Promise<void> {
  const { id, ok } = await investigation.ask('search_logs', { fromMs: investigation.assignment.quiet.fromMs, limit: 60, contains: 'remove scheduler successfully' });
  if (!ok) investigation.note({ sign: 'scheduling-unread', component: 'cluster', present: true, claim: 'the logs of the control plane cannot be read', citation: { observation: id, path: '/error/code', asserts: { op: 'exists' } } });
}

async function noteMissing(investigation: Investigation, names: readonly string[], observation: `O${number}`): Promise<void> {
  const removals = await investigation.logLines('remove scheduler successfully');
  // A new leader lists none at all until it has collected the cluster's state, for minutes at times: that is no removal.
  if (names.length === 0 && removals.lines.length === 0) return;
  const missing = defaults.filter((name) => !names.includes(name));
  const line = removals.lines.find((each) => missing.some((name) => each.raw.includes(name)));
  const gone = await investigation.compare('max by (kind) (pd_scheduler_status)', 'kind');
  const since = line?.atMs ?? gone.find((row) => missing.includes(row.node) && row.now === null)?.leftBandAtMs ?? undefined;
  const [first] = missing;
  await noteReturned(investigation);
  investigation.note({
    sign: 'scheduler-missing', component: 'cluster', present: first !== undefined, claim: first === undefined ? '/schedulers lists every default balance scheduler' : `/schedulers does not list ${missing.join(' and ')}`,
    citation: first === undefined ? { observation, path: '/body', asserts: { op: 'contains', value: defaults[0] ?? '' } } : await absence(investigation, first, observation), ...(since !== undefined && { sinceMs: since }),
  });
}

/** Somebody who adds a default scheduler by hand finds it missing first; a new leader starts its own without this line. */
async function noteReturned(investigation: Investigation): Promise<void> {
  const { lines, looked } = await investigation.logLines('add scheduler successfully');
  const line = lines.find(({ raw }) => defaults.some((name) => raw.includes(`[scheduler-name=${name}]`)));
  const name = defaults.find((each) => line?.raw.includes(each)) ?? '';
  if (line) investigation.note({ sign: 'scheduler-returned', component: 'cluster', present: true, claim: `${line.node} logged that ${name} was added again`, citation: line.says(`[scheduler-name=${name}]`) });
  else if (looked) investigation.note({ sign: 'scheduler-returned', component: 'cluster', present: false, claim: 'nobody added a default scheduler', citation: looked });
}

/** A list cannot be cited for what it lacks, so the scheduler's own metric is: `absent` gives 1 where nothing reports it. */
async function absence(investigation: Investigation, name: string, listed: `O${number}`): Promise<Citation> {
  const { id, answer } = await investigation.ask('query', { promql: `absent(pd_scheduler_status{kind="${name}"})` });
  const gone = (answer as { result?: readonly unknown[] }).result?.length === 1;
  return gone ? { observation: id, path: '/result/0/value/1', asserts: { op: 'eq', value: 1 } } : { observation: listed, path: '/body', asserts: { op: 'exists' } };
}

async function noteEvictLeader(investigation: Investigation, names: readonly string[], observation: `O${number}`): Promise<void> {
  const index = names.indexOf('evict-leader-scheduler');
  const there = index >= 0;
  const named = there ? await evictedStores(investigation) : [];
  const leaderless = investigation.findings.present('leads-nothing').map((finding) => finding.component);
  const struck = named.length > 0 ? named : leaderless;
  const pauses = there ? (await investigation.logLines('pause store leader transfer')).lines : [];
  for (const { id } of investigation.nodes('tikv')) {
    const present = there && struck.includes(id);
    const line = pauses.find((each) => investigation.storeWithId(/\[store-id=(\d+)\]/.exec(each.raw)?.[1] ?? '') === id);
    investigation.note({
      sign: 'evict-leader-left', component: id, present, claim: there ? `evict-leader-scheduler is there and ${present ? 'keeps' : 'does not keep'} leaders off ${id}` : 'there is no evict-leader-scheduler',
      citation: { observation, path: there ? `/body/${index}` : '/body', asserts: there ? { op: 'eq', value: 'evict-leader-scheduler' } : { op: 'contains', value: names[0] ?? '' } }, ...(present && line && { sinceMs: line.atMs }),
    });
  }
}

const evictedSchema = z.object({ 'store-id-ranges': z.record(z.string(), z.unknown()) });

/** Store ids are the keys of the scheduler's configuration; where that cannot be read, the log says whom it paused. */
async function evictedStores(investigation: Investigation): Promise<string[]> {
  const { body } = await investigation.controlPlane('/pd/api/v1/scheduler-config/evict-leader-scheduler/list');
  const listed = evictedSchema.safeParse(body);
  const ids = listed.success ? Object.keys(listed.data['store-id-ranges']) : (await investigation.logLines('pause store leader transfer')).lines.map((line) => /\[store-id=(\d+)\]/.exec(line.raw)?.[1] ?? '');
  return ids.flatMap((id) => investigation.storeWithId(id) ?? []);
}
