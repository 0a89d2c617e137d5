import { round } from '../../../tools/baseline.ts';
import type { FoundLog, Investigation } from '../../investigation.ts';

/** A database this near to its quota takes no further page. */
const reachedShare = 0.95;
/** Growth by this much of the quota within one incident is no ordinary growth. */
const grewShare = 0.2;

/** The space quota, and whether members agree about their data. */
export async function probeSpace(investigation: Investigation): Promise<void> {
  const [row] = await investigation.compare('max(etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes)');
  if (row && row.now !== null) {
    const reached = row.now >= reachedShare;
    investigation.note({ sign: 'quota-reached', component: 'cluster', present: reached, claim: `the largest database takes ${percent(row.now)} of its space quota`, citation: row.at('now', { op: reached ? 'ge' : 'lt', value: reachedShare }) });
    if (row.quiet) {
      const limit = round(row.quiet.median + grewShare);
      const grew = row.now >= limit;
      investigation.note({ sign: 'database-grew', component: 'cluster', present: grew, claim: `the share of the quota in use went from ${percent(row.quiet.median)} to ${percent(row.now)}`, citation: row.at('now', { op: grew ? 'ge' : 'lt', value: limit }), ...(grew && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
    }
  }
  noteAlarmRaised(investigation, await investigation.logLines('alarm raised'));
  await noteHashes(investigation);
}

/** When the alarm was raised, by the members' logs: that is when writes began to fail. */
function noteAlarmRaised(investigation: Investigation, { lines }: FoundLog): void {
  for (const [alarm, sign] of [['NOSPACE', 'space-alarm'], ['CORRUPT', 'corrupt-alarm']] as const) {
    const line = lines.find(({ raw }) => raw.includes(`"alarm":"${alarm}"`));
    if (line && investigation.findings.about(sign, 'cluster')?.present !== false) investigation.note({ sign, component: 'cluster', present: true, claim: `${line.node} logged "alarm raised" ${alarm}`, citation: line.says(`"alarm":"${alarm}"`), sinceMs: line.atMs });
  }
}

const mismatches = ['found hash mismatch', 'found different hash values from remote peer', 'failed compaction hash check', 'checkInitialHashKV failed'];

async function noteHashes(investigation: Investigation): Promise<void> {
  for (const message of mismatches) {
    const { lines: [line] } = await investigation.logLines(message, { limit: 5 });
    const id = line && /"(?:remote-peer-id|remote-member-id|peer-id|member-id)":"([0-9a-f]+)"/.exec(line.raw)?.[1];
    if (line) return investigation.note({ sign: 'hash-differs', component: (id === undefined ? undefined : investigation.nodeNamed(id)) ?? line.node, present: true, claim: `${line.node} logged "${message}"`, citation: line.says(message), sinceMs: line.atMs });
  }
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
