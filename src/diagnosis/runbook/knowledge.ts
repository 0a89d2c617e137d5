import type { Bearer, Cause } from '../rules/cause.ts';
import type { Investigation, Row } from '../rules/investigation.ts';
import type { Sign } from '../rules/signs.ts';
import type { Runbook } from './load.ts';
import type { CauseFile, OwnObservation } from './schema.ts';

/** What a user's runbook adds to the rules: causes, what they take the place of, and looks of its own. */
export interface OwnKnowledge {
  readonly version: string;
  readonly causes: readonly Cause[];
  /** Whether a built-in cause gives way to one of the user's. */
  readonly isReplaced: (cause: Cause) => boolean;
  /** Measures the user's own signs. */
  readonly look: (investigation: Investigation) => Promise<void>;
}

/** Cause files as the rules use them. */
export function ownKnowledge({ files, version }: Runbook): OwnKnowledge {
  const replacing = files.filter((file) => file.replaces);
  return {
    version,
    causes: files.map(asCause),
    isReplaced: ({ kind, scope, about }) => replacing.some((file) => file.cause === kind && (file.scope === undefined || file.scope === scope) && about.some((bearer) => file.about.includes(bearer))),
    look: async (investigation) => {
      for (const { observations } of files) for (const [sign, observation] of Object.entries(observations)) await measure(investigation, sign as Sign, observation);
    },
  };
}

/** Signs of the user's own are names like the built-in ones; the loader has checked that each is one or the other. */
function asCause({ cause, about, needs, predicts, forbids, scope, benign, replaces: _replaces, observations: _observations, ...rest }: CauseFile): Cause {
  const weights = (list: CauseFile['predicts']): Cause['predicts'] => list.map(({ sign, weight, missing }) => ({ sign: sign as Sign, weight, ...(missing !== undefined && { missing }) }));
  return {
    ...rest, kind: cause, about: about as Bearer[], needs: needs as Sign[][], predicts: weights(predicts), forbids: weights(forbids),
    ...(scope && { scope }), ...(benign && { benign }),
    remedies: rest.remedies.map(({ on, ...remedy }) => ({ ...remedy, ...(on && { on }) })),
  };
}

async function measure(investigation: Investigation, sign: Sign, observation: OwnObservation): Promise<void> {
  const rows = await investigation.compare(observation.promql, observation.by);
  const judged = rows.flatMap((row) => judge(row, observation) ?? []);
  if (observation.about === 'nodes') {
    for (const each of judged) note(investigation, sign, { ...each, component: each.row.node, observation });
    return;
  }
  const telling = judged.find(({ present }) => present) ?? judged[0];
  if (!telling) return;
  const roles = new Set(investigation.assignment.topology.nodes.map((node) => node.role));
  for (const component of [...roles, 'clients', 'cluster']) note(investigation, sign, { ...telling, component, observation });
}

interface Judged { readonly row: Row; readonly present: boolean; readonly limit: number; readonly rises: boolean }

/** Undefined where the row has no value now, or no quiet time to compare with. */
function judge(row: Row, { above, below, timesQuiet }: OwnObservation): Judged | undefined {
  if (row.now === null) return undefined;
  if (below !== undefined) return { row, present: row.now < below, limit: below, rises: false };
  const limit = above ?? (row.quiet && timesQuiet !== undefined ? row.quiet.median * timesQuiet : undefined);
  return limit === undefined ? undefined : { row, present: row.now > limit, limit, rises: true };
}

function note(investigation: Investigation, sign: Sign, { row, present, limit, rises, component, observation }: Judged & { readonly component: string; readonly observation: OwnObservation }): void {
  const says = observation.says.replaceAll('{component}', component);
  const op = rises ? (present ? 'gt' : 'le') : (present ? 'lt' : 'ge');
  investigation.note({
    sign, component, present, claim: `${present ? says : `not so: ${says}`} (${row.now}, limit ${limit})`,
    citation: row.at('now', { op, value: limit }), ...(present && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}
