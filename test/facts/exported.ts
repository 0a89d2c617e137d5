import { controlsOf } from '../../harness/clusters/twin/controls.ts';
import { epochMs } from '../../harness/clusters/twin/kind.ts';
import { familyOf } from '../../harness/clusters/twin/metrics/facts.ts';
import { warmUp } from '../../harness/clusters/twin/warm-up.ts';
import { World } from '../../harness/clusters/twin/world.ts';
import { LogStore } from '../../harness/telemetry/log-store.ts';
import { MetricStore } from '../../harness/telemetry/store.ts';
import { known } from './reference.ts';

/** A family as the twin shows it. */
export interface Exported {
  readonly jobs: Set<string>;
  /** Label names of its series, joined, without those of the target and of the format. */
  readonly labelSets: Set<string>;
  /** Bucket bounds as Prometheus stores them. */
  readonly bounds: Set<string>;
}

const minute = 60_000;
const outside: ReadonlySet<string> = new Set(['__name__', 'job', 'instance', 'le', 'quantile']);
/** What Prometheus adds to each target. */
const ofScrapes = /^(up|scrape_)/;

/** A life with a kill, a store that leaves and is called back while no other may give it replicas, a slow disk, an evicting scheduler, a lame link, a new PD leader, and a stop in good order. */
async function live(): Promise<MetricStore> {
  const metrics = new MetricStore();
  const load = { shape: 'mixed', ratePerSecond: 600, reads: 0.6, keys: 'zipfian', valueBytes: 1_024 } as const;
  const cluster = { kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 4 }, regions: 60, load } as const;
  const world = new World({ cluster, seed: 7, startMs: epochMs - warmUp.spanMs, metrics, logs: new LogStore() });
  warmUp.run(world, epochMs);
  const { process, disk, config, links } = controlsOf(world);
  const pass = (minutes: number) => world.engine.runTo(world.engine.nowMs + minutes * minute);
  await config.write('stores/tikv-4', 'Offline');
  pass(1);
  await config.write('stores/tikv-4', 'Up');
  const limits = (await config.read('schedule/store-limit')) as Record<string, object>;
  await config.write('schedule/store-limit', Object.fromEntries(Object.entries(limits).map(([store, limit]) => [store, { ...limit, 'remove-peer': 0 }])));
  pass(1);
  await process.kill('tikv-2');
  pass(1);
  await process.start('tikv-2');
  await disk.slow('tikv-1', { addedLatencyMs: 0, writesPerSecondMax: 12 });
  pass(1);
  await disk.restore('tikv-1');
  await config.write('schedulers/evict-leader-scheduler-tikv-3', true);
  await links.impair('tikv-3', { delayMs: 200 });
  await process.kill(world.pd.members.serving?.name ?? 'pd-1');
  pass(1);
  await process.terminate('tikv-2');
  pass(1);
  return metrics;
}

/** Every family that the twin exports in such a life. */
export async function exportedFamilies(): Promise<Map<string, Exported>> {
  const families = new Map<string, Exported>();
  for (const target of (await live()).targets()) for (const { labels } of target.allSeries()) {
    const name = familyOf(labels.get('__name__'));
    if (ofScrapes.test(name)) continue;
    const family = known(families, name, () => ({ jobs: new Set<string>(), labelSets: new Set<string>(), bounds: new Set<string>() }));
    const names = labels.pairs.filter((_, at) => at % 2 === 0);
    family.jobs.add(target.job);
    family.labelSets.add(names.filter((each) => !outside.has(each)).sort().join(','));
    if (names.includes('le')) family.bounds.add(labels.get('le'));
  }
  return families;
}
