import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogStore } from '../../../telemetry/log-store.ts';
import { MetricStore } from '../../../telemetry/store.ts';
import { smallSpec } from '../cluster.fixture.ts';
import { type Plan, routesOf } from '../clients/plan.ts';
import { controlsOf } from '../controls.ts';
import { isHot } from '../pd/hot-spots.ts';
import { epochMs } from '../kind.ts';
import { warmUp } from '../warm-up.ts';
import { World } from '../world.ts';
import { peerOn } from './region.ts';

const stores = 5;

function worldOf(seed: number): World {
  const cluster = { ...smallSpec, roles: { pd: 3, tikv: stores }, regions: 40 };
  const world = new World({ cluster, seed, startMs: epochMs - warmUp.spanMs, metrics: new MetricStore(), logs: new LogStore() });
  warmUp.run(world, epochMs);
  return world;
}

const ids = (items: readonly { readonly id: number }[]): number[] => items.map(({ id }) => id);

/** What the index says, and what one finds who walks over all regions. */
function check(world: World): void {
  const { index, regions, pd } = world;
  expect(ids(index.leaderless)).toEqual(ids(regions.filter(({ leader }) => leader === null)));
  expect(index.empty).toBe(regions.filter(({ sizeMib }) => sizeMib <= 1).length);
  for (const { id } of world.stores) {
    const held = regions.filter((region) => peerOn(region, id));
    const led = regions.filter(({ leader }) => leader === id);
    expect(ids(index.of(id).held.items)).toEqual(ids(held));
    expect(ids(index.of(id).led.items)).toEqual(ids(led));
    expect(index.of(id)).toMatchObject({ heldMib: held.reduce((sum, { sizeMib }) => sum + sizeMib, 0), heldKeys: held.reduce((sum, { keys }) => sum + keys, 0) });
    const views = [...pd.regions.values()];
    const ledViews = views.filter(({ leader }) => leader === id);
    expect(ids(pd.regions.ledBy(id).views.items)).toEqual(ids(ledViews));
    expect(pd.regions.ledBy(id).mib).toBe(ledViews.reduce((sum, { sizeMib }) => sum + sizeMib, 0));
    expect(pd.regions.pendingOn(id)).toBe(views.filter(({ pending }) => pending.includes(id)).length);
    expect(ids(pd.regions.pending.items)).toEqual(ids(views.filter(({ pending }) => pending.length > 0)));
    for (const kind of ['read', 'write'] as const) expect(ids(pd.regions.hot(kind))).toEqual(ids(views.filter((view) => isHot(view, kind))));
  }
}

/** The routes in use, and those that one draws who draws all of them. */
function checkRoutes(world: World): void {
  world.traffic.routes.refresh(() => {});
  const all = [null, ...world.stores.map(({ id }) => id)].map((leader) => routesOf(world, leader));
  const shown = (groups: Plan['groups']) => groups.map(({ leader, ...group }) => ({ ...group, leader: leader.id }));
  expect(shown(world.traffic.routes.leaders.flatMap(({ groups }) => groups).sort((a, b) => a.firstRegion - b.firstRegion))).toEqual(shown(all.flatMap(({ groups }) => groups).sort((a, b) => a.firstRegion - b.firstRegion)));
  expect(ids(world.traffic.routes.stalled.map(({ region }) => region))).toEqual(ids(all.flatMap(({ stalled }) => stalled.map(({ region }) => region))).sort((a, b) => a - b));
}

const step = fc.record({
  act: fc.constantFrom('kill', 'start', 'pause', 'resume', 'cut', 'cut clients', 'heal', 'hot', 'size', 'sleep', 'wake', 'move'), of: fc.nat(stores - 1), region: fc.nat(39), seconds: fc.nat(20),
});

async function perform(world: World, { act, of, region: at }: { readonly act: string; readonly of: number; readonly region: number }): Promise<void> {
  const controls = controlsOf(world);
  const node = `tikv-${of + 1}`;
  const region = world.regions[at];
  if (act === 'kill' || act === 'start' || act === 'pause' || act === 'resume') return controls.process[act](node);
  if (act === 'heal') return controls.network.heal(node);
  if (act === 'hot') return controls.load.set({ ...smallSpec.load, hot: { of: 'writes', at: of / stores, share: 0.3 } });
  if (act.startsWith('cut')) return controls.network.cut(node, act === 'cut' ? ['peers'] : ['clients']);
  if (!region) return;
  if (act === 'size') region.sizeMib = of;
  else if (act === 'move') {
    const free = world.stores.find(({ id }) => !peerOn(region, id));
    const [gone] = region.peers.filter(({ storeId }) => storeId !== region.leader);
    if (free && gone) region.peers = [...region.peers.filter((peer) => peer !== gone), { id: gone.id + 1_000, storeId: free.id }];
  } else region.hibernated = act === 'sleep';
}

test('what is counted and found by store equals what a walk over all regions finds, whatever happens', async () => {
  await fc.assert(fc.asyncProperty(fc.nat(9_999), fc.array(step, { minLength: 1, maxLength: 8 }), async (seed, steps) => {
    const world = worldOf(seed);
    for (const each of steps) {
      await perform(world, each);
      world.engine.runTo(world.engine.nowMs + each.seconds * 1_000);
      check(world);
    }
    checkRoutes(world);
  }), { numRuns: 12, seed: 7 });
}, 60_000);
