import { z } from 'zod';
import type { ComponentRef } from '../../../../subjects/contract.ts';
import type { Citation } from '../../finding.ts';
import type { Investigation } from '../../investigation.ts';

const bodySchema = z.looseObject({ raftAppliedIndex: z.coerce.number().optional(), errors: z.array(z.string()).optional() });
const statusSchema = z.object({
  members: z.record(z.string(), z.looseObject({ answers: z.boolean(), how: z.string().optional(), status: z.number().optional(), body: z.unknown().optional(), leaderIs: z.string().nullable().optional(), leads: z.boolean().optional(), error: z.object({ code: z.string() }).optional() })),
});
type Answers = z.infer<typeof statusSchema>['members'];

/** Entries behind its leader that no healthy member is at these rates for longer than a poll. */
const behindEntries = 1_000;

/** Who answers for itself, how the others fail to, and whom each believes to lead. */
export async function probeAnswers(investigation: Investigation): Promise<void> {
  const observation = await investigation.ask('member_status', {});
  const parsed = statusSchema.safeParse(observation.answer);
  if (!observation.ok || !parsed.success) return;
  // A recording from before a member was asked for the first time tells nothing about it, nor does the lack of an address to ask.
  const members = Object.fromEntries(Object.entries(parsed.data.members).filter(([, { status, error }]) => status !== 404 && error?.code !== 'LAB_NO_MEMBER'));
  if (isOurOwnWay(investigation, members)) return;
  const at = (path: string, asserts: Citation['asserts']): Citation => ({ observation: observation.id, path: `/members/${path}`, asserts });
  for (const [node, answer] of Object.entries(members)) noteCall(investigation, node, { answer, at });
  noteQuorum(investigation, members, at);
  noteLag(investigation, members, at);
  noteAlarms(investigation, members, at);
}

/** Where nobody answers or refuses, and the monitoring reaches them all the same, it is we who reach nobody. */
function isOurOwnWay({ findings }: Investigation, members: Answers): boolean {
  const each = Object.entries(members);
  return each.every(([, { answers, how }]) => !answers && how !== 'refused') && each.some(([node]) => findings.about('scrape-fails', node)?.present === false);
}

type At = (path: string, asserts: Citation['asserts']) => Citation;

function noteCall(investigation: Investigation, component: ComponentRef, { answer, at }: { readonly answer: Answers[string]; readonly at: At }): void {
  const { answers, how = '', status } = answer;
  const said = answers ? `${component} answers a status call with ${status}` : how === 'refused' ? `${component} refuses calls at once` : `${component} gives no answer to calls`;
  const citation = answers ? at(`${component}/answers`, { op: 'eq', value: true }) : at(`${component}/how`, { op: 'eq', value: how });
  const since = answers ? {} : sinceDown(investigation, component);
  investigation.note({ sign: 'calls-answered', component, present: answers, claim: said, citation });
  investigation.note({ sign: 'calls-refused', component, present: !answers && how === 'refused', claim: said, citation, ...since });
  investigation.note({ sign: 'calls-silent', component, present: !answers && how !== 'refused', claim: said, citation, ...since });
  if (!answers || status !== 200) return;
  const leaderless = answer.leaderIs === null;
  investigation.note({
    sign: 'member-leaderless', component, present: leaderless, claim: leaderless ? `${component} answers and knows no leader` : `${component} follows ${answer.leaderIs}`,
    citation: leaderless ? at(`${component}/body/leader`, { op: 'absent' }) : at(`${component}/leaderIs`, { op: 'eq', value: answer.leaderIs ?? '' }),
  });
}

const sinceDown = (investigation: Investigation, component: ComponentRef): { readonly sinceMs?: number } => {
  const sinceMs = investigation.findings.about('scrape-fails', component)?.sinceMs;
  return sinceMs === undefined ? {} : { sinceMs };
};

function noteQuorum(investigation: Investigation, members: Answers, at: At): void {
  const names = Object.keys(members);
  const voters = Math.max(names.length, investigation.nodes('member').length);
  const down = names.filter((name) => members[name]?.answers === false);
  const following = names.filter((name) => typeof members[name]?.leaderIs === 'string');
  const shownDown = down[0];
  const anyone = names[0];
  if (anyone === undefined) return;
  const howOf = (name: string): Citation => at(`${name}/answers`, { op: 'eq', value: members[name]?.answers === true });
  const sinces = down.map((name) => investigation.findings.about('scrape-fails', name)?.sinceMs ?? 0);
  const since = shownDown !== undefined && Math.max(...sinces) > 0 ? { sinceMs: Math.max(...sinces) } : {};
  investigation.note({ sign: 'a-member-is-down', component: 'cluster', present: down.length > 0, claim: `${down.length} of ${voters} members do not answer`, citation: howOf(shownDown ?? anyone), ...since });
  investigation.note({ sign: 'majority-down', component: 'cluster', present: down.length * 2 >= voters, claim: `${down.length} of ${voters} members do not answer`, citation: howOf(shownDown ?? anyone), ...since });
  const lost = following.length + (voters - names.length) < Math.floor(voters / 2) + 1;
  if (!lost && following.length === 0) return;
  const leaderless = names.find((name) => members[name]?.leaderIs === null);
  const citation = lost ? (leaderless === undefined ? howOf(shownDown ?? anyone) : at(`${leaderless}/body/leader`, { op: 'absent' })) : at(`${following[0]}/leaderIs`, { op: 'exists' });
  investigation.note({ sign: 'quorum-lost', component: 'cluster', present: lost, claim: `${following.length} of ${voters} members follow a leader`, citation, ...(lost && since) });
}

function noteLag(investigation: Investigation, members: Answers, at: At): void {
  const indexOf = (name: string): number | undefined => bodySchema.safeParse(members[name]?.body).data?.raftAppliedIndex;
  const leader = Object.keys(members).find((name) => members[name]?.leads === true && indexOf(name) !== undefined);
  const ahead = leader === undefined ? undefined : indexOf(leader);
  if (ahead === undefined) return;
  for (const name of Object.keys(members)) {
    const index = indexOf(name);
    if (name === leader || index === undefined) continue;
    const present = ahead - index >= behindEntries;
    investigation.note({ sign: 'behind', component: name, present, claim: `${name} has applied entry ${index}, the leader ${leader} entry ${ahead}`, citation: at(`${name}/body/raftAppliedIndex`, { op: present ? 'le' : 'gt', value: ahead - behindEntries }) });
  }
}

function noteAlarms(investigation: Investigation, members: Answers, at: At): void {
  for (const [alarm, sign] of [['NOSPACE', 'space-alarm'], ['CORRUPT', 'corrupt-alarm']] as const) {
    let shown: { readonly name: string; readonly index: number } | undefined;
    for (const [name, { body }] of Object.entries(members)) {
      const index = (bodySchema.safeParse(body).data?.errors ?? []).findIndex((error) => error.includes(`alarm:${alarm}`));
      if (index >= 0) shown ??= { name, index };
    }
    const calm = Object.keys(members).find((name) => members[name]?.status === 200);
    if (shown) investigation.note({ sign, component: 'cluster', present: true, claim: `the status of ${shown.name} names the alarm ${alarm}`, citation: at(`${shown.name}/body/errors/${shown.index}`, { op: 'contains', value: `alarm:${alarm}` }) });
    else if (calm !== undefined) investigation.note({ sign, component: 'cluster', present: false, claim: `no member's status names an alarm ${alarm}`, citation: at(`${calm}/status`, { op: 'eq', value: 200 }) });
  }
}
