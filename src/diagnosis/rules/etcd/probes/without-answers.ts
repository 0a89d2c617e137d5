import type { Citation } from '../../finding.ts';
import type { Investigation } from '../../investigation.ts';

/** Where nobody asked the members, their metrics tell who is gone and who follows nobody. */
export async function probeWithoutAnswers(investigation: Investigation): Promise<void> {
  const { findings } = investigation;
  const members = investigation.nodes('member').map(({ id }) => id);
  if (members.some((member) => findings.about('calls-answered', member) !== undefined)) return;
  const followers = (await investigation.compare('etcd_server_has_leader')).filter(({ node, now }) => now !== null && !findings.has('scrape-fails', node));
  for (const { node, now, at } of followers) {
    investigation.note({ sign: 'member-leaderless', component: node, present: now === 0, claim: `etcd_server_has_leader of ${node} is ${now}`, citation: at('now', { op: 'eq', value: now ?? 0 }) });
  }
  const down = members.flatMap((member) => findings.present('scrape-fails').filter(({ component }) => component === member));
  const following = followers.filter(({ now }) => now === 1).length;
  const shown: Citation | undefined = down[0]?.citation ?? followers[0]?.at('now', { op: 'eq', value: followers[0].now ?? 0 });
  if (!shown) return;
  const claim = `${down.length} of ${members.length} members cannot be scraped, and ${following} of the others have a leader`;
  const since = down[0]?.sinceMs === undefined ? {} : { sinceMs: Math.max(...down.map(({ sinceMs = 0 }) => sinceMs)) };
  const note = (sign: 'a-member-is-down' | 'majority-down' | 'quorum-lost', present: boolean): void => investigation.note({ sign, component: 'cluster', present, claim, citation: shown, ...(present && since) });
  note('a-member-is-down', down.length > 0);
  note('majority-down', down.length * 2 >= members.length);
  // Of a member that nobody scrapes it is not known whether it follows somebody.
  const unknown = members.length - followers.length - down.length;
  const lost = following < followers.length && following + unknown < Math.floor(members.length / 2) + 1;
  if (lost || following > 0) note('quorum-lost', lost);
}
