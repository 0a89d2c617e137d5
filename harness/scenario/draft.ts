import type { KnownNode, NodeNames } from './knowledge.ts';
import { valueAt, type Finding, type Severity } from './problem.ts';

/** A step in which anything may be missing. */
export interface DraftStep {
  readonly steady?: string;
  readonly inject?: {
    readonly fault?: string;
    readonly into?: string | { readonly role?: string; readonly leads?: boolean; readonly not?: string };
    readonly as?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly flapping?: { readonly on?: string; readonly off?: string };
    readonly ramp?: { readonly over?: string; readonly to?: Readonly<Record<string, unknown>> };
  };
  readonly hold?: string;
  readonly revert?: string;
  readonly recover?: string;
}

/** A cause in which anything may be missing. */
export interface DraftCause {
  readonly component?: string;
  readonly kind?: string;
  readonly scope?: string;
  readonly resource?: string;
  readonly accept?: readonly (DraftCause | undefined)[];
}

/** One kind of cluster, in which anything may be missing. */
export interface DraftCluster {
  readonly kind?: string;
  readonly pd?: number;
  readonly tikv?: number;
  readonly spares?: number;
  readonly nodes?: Readonly<Record<string, number | undefined>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly recording?: string;
  readonly struck?: Readonly<Record<string, string | undefined>>;
}

/** A scenario file of which only the well-formed parts are left, so that the rest can still be checked. */
export interface Draft {
  readonly scenario?: string;
  readonly subject?: string;
  readonly cluster?: DraftCluster | readonly (DraftCluster | undefined)[];
  readonly load?: { readonly api?: string; readonly transactions?: string };
  readonly timeline?: readonly (DraftStep | undefined)[];
  readonly diagnose?: { readonly after?: string };
  readonly truth?: {
    readonly verdict?: string;
    readonly causes?: readonly (DraftCause | undefined)[];
    readonly impact?: readonly ({ readonly component?: string } | undefined)[];
    readonly lookalikes?: readonly ({ readonly component?: string; readonly kind?: string } | undefined)[];
    readonly actions?: { readonly [rank in 'recommended' | 'acceptable' | 'harmful']?: readonly (string | undefined)[] };
  };
  readonly detect?: { readonly invariant?: string; readonly component?: string; readonly within?: string };
}

/** The data without what the schema refused; list items keep their places. */
export function draftOf(data: unknown, unusable: readonly (readonly PropertyKey[])[]): Draft {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return {};
  const draft: unknown = structuredClone(data);
  for (const path of unusable) {
    const parent = valueAt(draft, path.slice(0, -1));
    const last = path.at(-1);
    if (last !== undefined && parent !== null && typeof parent === 'object') (parent as Record<PropertyKey, unknown>)[last] = undefined;
  }
  return draft as Draft;
}

/** The kinds of cluster that a draft lists, each with its place. */
export function draftClusters({ cluster: listed }: Draft): readonly { readonly cluster: DraftCluster; readonly path: readonly PropertyKey[] }[] {
  if (!isList(listed)) return listed === undefined ? [] : [{ cluster: listed, path: ['cluster'] }];
  return listed.flatMap((cluster, index) => (cluster === undefined ? [] : [{ cluster, path: ['cluster', index] }]));
}

const isList = (listed: Draft['cluster']): listed is readonly (DraftCluster | undefined)[] => Array.isArray(listed);

/** The nodes that a started cluster will have, by how many of each role; a role's nodes are called after it unless `names` says otherwise. */
export function nodesOfRoles(roles: Readonly<Record<string, number | undefined>>, names: NodeNames = {}): readonly KnownNode[] {
  return Object.entries(roles).flatMap(([role, count = 0]) => Array.from({ length: count }, (_, i) => ({ id: `${names[role] ?? role}-${i + 1}`, role })));
}

/** `pd-1..3, tikv-1..3`, or the ids where they are not numbered in a row. */
export function spellNodes(nodes: readonly KnownNode[]): string {
  return [...Map.groupBy(nodes, (node) => node.role)]
    .map(([role, members]) => {
      const prefix = members[0]?.id.replace(/-\d+$/, '') ?? role;
      const inRow = members.length > 1 && members.every((member, i) => member.id === `${prefix}-${i + 1}`);
      return inRow ? `${prefix}-1..${members.length}` : members.map((member) => member.id).join(', ');
    })
    .join(', ');
}

/** A finding, with the parts that are usually the same filled in. */
export function finding(path: readonly PropertyKey[], message: string, more: { suggestion?: string; severity?: Severity; spot?: Finding['spot'] } = {}): Finding {
  const { suggestion, severity = 'error', spot = 'value' } = more;
  return { severity, path, spot, message, ...(suggestion === undefined ? {} : { suggestion }) };
}
