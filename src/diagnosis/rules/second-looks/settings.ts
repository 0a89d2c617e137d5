import { z } from 'zod';
import { median } from '../../tools/baseline.ts';
import type { Investigation } from '../investigation.ts';
import { noteMark } from './notes.ts';

const answerSchema = z.object({ answered: z.array(z.string()), differs: z.record(z.string(), z.record(z.string(), z.string().nullable())) });

/** Settings that differ with the place and change nothing by themselves. */
const ofThePlace = /(^|\.)(labels|addr|advertise-addr|status-addr|advertise-status-addr|endpoints|data-dir|filename|path|dir|raftdb-path|ca-path|cert-path|key-path|log-file|wal-dir)(\.|$)/;
/** Settings that TiKV derives from the cores and the memory of the machine where nobody sets them. */
const ofTheMachine = /concurrency|thread|memory|capacity-hint|(^|\.)(max-background-jobs|max-background-flushes|max-sub-compactions)$/;
/** TiKV sizes both by the memory, so a cache that differs alone was set so. */
const [ofTheMemory, memoryLimit] = [/(^|\.)block-cache\.capacity$/, 'memory-usage-limit'];
/** On so many stores at once candidates ask in vain: no single one of them is cut off. */
const electsShare = 2 / 3;

/** What the stores run with: a limit that somebody set, timeouts that elect without cause, and one store that is set otherwise than all others. */
export async function lookAtSettings(investigation: Investigation): Promise<void> {
  await noteMark(investigation, { sign: 'io-limited', what: 'share of its limit for background writes at which its engine writes', promql: 'sum by (instance) (rate(tikv_io_bytes{op="write"}[1m])) / on (instance) group_left () (max by (instance) (tikv_rate_limiter_max_bytes_per_sec) > 0)', atLeast: 0.8 });
  await noteElections(investigation);
  const observation = await investigation.ask('store_config', {});
  const parsed = answerSchema.safeParse(observation.answer);
  if (!observation.ok || !parsed.success || parsed.data.answered.length < 3) return;
  const isOrdinary = (name: string): boolean => ofThePlace.test(name) || ofTheMachine.test(name) || (ofTheMemory.test(name) && memoryLimit in parsed.data.differs);
  // What is changed while a store runs is in its log, with the moment.
  const changes = await investigation.logLines('all config change had been dispatched');
  for (const [name, values] of Object.entries(parsed.data.differs)) {
    if (isOrdinary(name)) continue;
    const odd = oddOne(values);
    if (odd === undefined) continue;
    const change = changes.lines.findLast(({ node, raw }) => node === odd && raw.includes(name));
    const path = `/differs/${name.replaceAll('~', '~0').replaceAll('/', '~1')}/${odd}`;
    investigation.note({ sign: 'setting-differs', component: odd, present: true, claim: `${name} of ${odd} is ${values[odd]}, that of the others ${others(values, odd)}`, citation: { observation: observation.id, path, asserts: { op: 'eq', value: values[odd] ?? '' } }, ...(change && { sinceMs: change.atMs }) });
  }
}

/** The only one that has another value than all others, who agree. */
function oddOne(values: Readonly<Record<string, string | null>>): string | undefined {
  const nodes = Object.keys(values);
  const alone = nodes.filter((node) => nodes.every((other) => other === node || values[other] !== values[node]));
  const rest = new Set(nodes.filter((node) => node !== alone[0]).map((node) => values[node]));
  return alone.length === 1 && rest.size === 1 && values[alone[0] ?? ''] !== null ? alone[0] : undefined;
}

const others = (values: Readonly<Record<string, string | null>>, odd: string): string => String(values[Object.keys(values).find((node) => node !== odd) ?? ''] ?? 'unset');

/** Whoever is gone, cut off or started anew gives all others a reason to elect. */
const somebodyIsMissing = ({ findings }: Investigation): boolean =>
  (['a-store-is-down', 'scrape-fails', 'called-disconnected', 'peers-lost-it', 'lost-every-peer', 'stepped-down', 'streams-flap', 'restarted', 'two-stores-gone', 'peers-saw-timeout', 'peers-saw-keepalive', 'peers-saw-reset'] as const).some((sign) => findings.present(sign).length > 0);

async function noteElections(investigation: Investigation): Promise<void> {
  const rows = (await investigation.compare('sum by (instance) (rate(tikv_raftstore_raft_sent_message_total{type="prevote"}[1m]))')).filter(({ now }) => now !== null);
  const asking = rows.filter(({ now }) => (now ?? 0) >= 0.5);
  const shown = asking[0] ?? rows[0];
  if (!shown || rows.length < 3) return;
  const present = asking.length >= rows.length * electsShare && !somebodyIsMissing(investigation);
  investigation.note({ sign: 'elects-without-cause', component: 'cluster', present, claim: `${asking.length} of ${rows.length} stores ask for votes at a steady rate, ${median(rows.map(({ now }) => now ?? 0))} a second in the middle`, citation: shown.at('now', { op: present ? 'ge' : 'eq', value: present ? 0.5 : (shown.now ?? 0) }) });
}
