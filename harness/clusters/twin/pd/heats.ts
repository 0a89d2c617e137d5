import { flowOf, type FlowKind } from './hot-spots.ts';
import type { RegionView, StoreView } from './views.ts';

/** What is hot on a store: so many regions, with so much traffic a second. */
export interface Heat {
  readonly regions: number;
  readonly bytes: number;
  readonly keys: number;
  readonly query: number;
}

/** Nothing, of what a store leads and of what it holds. */
export const cold = () => ({ leader: { regions: 0, bytes: 0, keys: 0, query: 0 }, peer: { regions: 0, bytes: 0, keys: 0, query: 0 } });

/** By store, the heat of what it leads, and for writes of all that it holds. */
export function heatsOf(hot: readonly RegionView[], kind: FlowKind): ReadonlyMap<number, { readonly leader: Heat; readonly peer: Heat }> {
  const heats = new Map<number, ReturnType<typeof cold>>();
  const on = (storeId: number) => {
    let both = heats.get(storeId);
    if (!both) heats.set(storeId, (both = cold()));
    return both;
  };
  for (const view of hot) {
    const { bytes, keys } = flowOf(view, kind);
    // Raw puts are no write queries to PD.
    const heat: Heat = { regions: 1, bytes, keys, query: kind === 'read' ? keys : 0 };
    const { leader, peer } = on(view.leader);
    add(leader, heat);
    add(peer, heat);
    if (kind === 'write') for (const { storeId } of view.region.peers) if (storeId !== view.leader) add(on(storeId).peer, heat);
  }
  return heats;
}

function add(sum: { -readonly [part in keyof Heat]: number }, { regions, bytes, keys, query }: Heat): void {
  sum.regions += regions;
  sum.bytes += bytes;
  sum.keys += keys;
  sum.query += query;
}

/** A store of which everything is read from its own reports but the number of hot regions. */
export const readsOf = ({ rates }: StoreView, { regions }: Heat): Heat => ({ regions, bytes: rates.readBytes, keys: rates.readQueries, query: rates.readQueries });
