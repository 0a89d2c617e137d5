import { z } from 'zod';
import type { Citation } from '../finding.ts';
import type { Investigation } from '../investigation.ts';

/** Limits that stop a whole kind of move when they are zero. */
const limits = ['leader-schedule-limit', 'region-schedule-limit', 'replica-schedule-limit'];
/** Whoever pauses one of these keeps everything where it is. */
const schedulers = ['balance-leader-scheduler', 'balance-region-scheduler'];

const valuesSchema = z.record(z.string(), z.unknown());
const namesSchema = z.array(z.string());

/** May anything move? Asked after everything that shows that something has to. */
export async function probeLimits(investigation: Investigation): Promise<void> {
  const { observation, body } = await investigation.controlPlane('/pd/api/v1/config/schedule');
  const values = valuesSchema.safeParse(body);
  if (values.success) {
    const at = (path: string, asserts: Citation['asserts']): Citation => ({ observation: observation.id, path: `/body/${path}`, asserts });
    const off = switchedOff(values.data, at) ?? storeLimit(investigation, body, at);
    if (off) await noteOff(investigation, off);
    else investigation.note({ sign: 'scheduling-off', component: 'cluster', present: false, claim: `leader-schedule-limit is ${String(values.data['leader-schedule-limit'])}`, citation: at('leader-schedule-limit', { op: 'ne', value: 0 }) });
  }
  const paused = await investigation.controlPlane('/pd/api/v1/schedulers', { query: { status: 'paused' } });
  const list = namesSchema.safeParse(paused.body);
  const name = list.success ? schedulers.find((each) => list.data.includes(each)) : undefined;
  if (name === undefined || !list.success) return;
  investigation.note({ sign: 'scheduling-off', component: 'cluster', present: true, claim: `${name} is paused`, citation: { observation: paused.observation.id, path: `/body/${list.data.indexOf(name)}`, asserts: { op: 'eq', value: name } } });
}

interface Off {
  readonly claim: string;
  readonly citation: Citation;
}
type At = (path: string, asserts: Citation['asserts']) => Citation;

/** The halt switch, or a limit that stops a whole kind of move. */
function switchedOff(values: Readonly<Record<string, unknown>>, at: At): Off | undefined {
  const halt = values['halt-scheduling'];
  if (halt === true || halt === 'true') return { claim: 'halt-scheduling is true', citation: at('halt-scheduling', { op: 'eq', value: String(halt) }) };
  const zero = limits.find((name) => values[name] === 0);
  return zero === undefined ? undefined : { claim: `${zero} is 0`, citation: at(zero, { op: 'eq', value: 0 }) };
}

const limitsSchema = z.object({ 'store-limit': z.record(z.string(), z.record(z.string(), z.number())) });

/** May stores give and take replicas? A limit of zero lets nothing move, whatever the schedulers want. */
function storeLimit(investigation: Investigation, body: unknown, at: At): Off | undefined {
  const parsed = limitsSchema.safeParse(body);
  const moves = parsed.success ? Object.entries(parsed.data['store-limit']).flatMap(([store, ofStore]) => Object.entries(ofStore).map(([move, limit]) => ({ store, move, limit }))) : [];
  // PD keeps the limits of stores that have long left.
  const zero = moves.find(({ store, limit }) => limit === 0 && investigation.storeWithId(store) !== undefined);
  return zero && { claim: `store ${zero.store} may take part in no ${zero.move}: its limit is 0`, citation: at(`store-limit/${zero.store}/${zero.move}`, { op: 'eq', value: 0 }) };
}

/** What has long been off explains nothing as long as nothing has to move. */
async function noteOff(investigation: Investigation, off: Off): Promise<void> {
  const changed = (await investigation.logLines('schedule config is updated')).lines.at(-1);
  if (!changed && !hasToMove(investigation)) return;
  investigation.note({ sign: 'scheduling-off', component: 'cluster', present: true, ...off, ...(changed && { sinceMs: changed.atMs }) });
}

const hasToMove = ({ findings }: Investigation): boolean => (['departure-stalled', 'leader-gap', 'region-gap', 'replicas-missing'] as const).some((sign) => findings.has(sign, 'cluster'));
