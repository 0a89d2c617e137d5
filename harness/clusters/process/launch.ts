import { LabError, orThrow } from '../../../src/kernel/result.ts';
import type { Journal, OpenRun } from '../../journal/journal.ts';
import { markerVariable } from '../../journal/process-table.ts';
import { takeBack } from '../../journal/take-back.ts';
import type { RunningLoad } from '../../load/contract.ts';
import { startLoad } from '../../load/start.ts';
import type { Capability, RunningCluster } from '../contract.ts';
import { realCluster } from '../real/cluster.ts';
import { FileTail } from '../real/log-intake.ts';
import { BesidePrometheus } from '../real/prometheus.ts';
import { until } from '../real/until.ts';
import { Watch } from '../real/watch.ts';
import { type Blueprint, build } from './build.ts';
import { controlsOf } from './controls/index.ts';
import { Ledger } from './ledger.ts';
import { clientsPlace, enter } from './network.ts';
import type { ProcessWorld } from './node.ts';
import type { Program } from './program.ts';
import { startPrometheus } from './prometheus.ts';
import { startPrograms } from './startup.ts';
import { processUndoers } from './undo.ts';

/** What a cluster is launched from. */
export interface Launching extends Blueprint {
  readonly lacks: ReadonlyMap<Capability, string>;
  readonly seed: number;
  /** The program that scrapes in the place of the lab, where somebody asked for one. */
  readonly prometheus?: string;
}

const startAskMs = 2_000;
const firstScrapesWithinMs = 30_000;
const undoers = new Map(processUndoers.map((undoer) => [undoer.kind, undoer]));

/** Builds the places, starts the programs and the clients, and hands over a cluster that serves. What fails on the way is taken back. */
export async function launchCluster(journal: Journal, launching: Launching): Promise<RunningCluster> {
  const run = journal.begin();
  const closing = new AbortController();
  const ended: (() => Promise<unknown>)[] = [];
  try {
    return await launch({ journal, run, closing, ended }, launching);
  } catch (error) {
    closing.abort();
    for (const end of ended.toReversed()) await end();
    await clear(run);
    throw error;
  }
}

interface Hold {
  readonly journal: Journal;
  readonly run: OpenRun;
  readonly closing: AbortController;
  /** What must be ended if the launch does not succeed, beside what the journal knows. */
  readonly ended: (() => Promise<unknown>)[];
}

async function launch({ journal, run, closing, ended }: Hold, launching: Launching): Promise<RunningCluster> {
  const { deployment, spec, clock, signal, lacks } = launching;
  const ledger = new Ledger(run);
  const world = await build(ledger, launching);
  const watch = new Watch(world.nodes, clock);
  ended.push(() => watch.stop());
  // The newest entry but for faults: programs go before the disks and namespaces that they are in.
  await ledger.make('processes', { kind: 'processes', data: { run: run.run } }, () => {});
  await startPrograms({ deployment, nodes: world.nodes, ask: watch.asker(startAskMs), clock, ranges: spec.regions, signal });
  const load = await startClients(world, launching);
  ended.push(async () => load[Symbol.asyncDispose]());
  const prometheus = await startMonitoring(world, watch, launching);
  const following = prometheus?.beside.follow(closing.signal);
  const tails = world.nodes.map(({ id, program }) => new FileTail(program.plan.logFile, (line) => watch.intake.add(id, line)));
  const cluster = await realCluster({
    deployment, watch, clock,
    ...(prometheus && { metrics: prometheus.beside.transport }),
    controls: controlsOf(world, lacks, closing.signal),
    load: { running: load, initial: spec.load },
    catchUp: () => tails.forEach((tail) => tail.read()),
    close: async () => {
      closing.abort();
      await following;
      await clear(run);
      journal[Symbol.dispose]();
    },
  });
  return prometheus ? scrapedBy(prometheus, cluster) : cluster;
}

/** A Prometheus that was started beside a cluster. */
interface Monitoring {
  readonly beside: BesidePrometheus;
  readonly program: Program;
}

/** A cluster that is recorded from its Prometheus; without that, a run would say what nobody saw. */
const scrapedBy = ({ beside, program }: Monitoring, cluster: RunningCluster): RunningCluster => ({
  ...cluster,
  pass: async (spanMs, signal) => {
    await cluster.pass(spanMs, signal);
    if (program.ending !== undefined) throw program.failure();
  },
  export: async () => {
    await beside.finish();
    return cluster.export();
  },
});

/** The lab's own scraper, or a real Prometheus over the same pages; either has asked each of them once. */
async function startMonitoring({ nodes, ledger, scratch }: ProcessWorld, watch: Watch, { prometheus: path, spec: { rules = [] }, clock, signal }: Launching): Promise<Monitoring | undefined> {
  if (path === undefined) {
    watch.startScraping();
    await watch.firstScrapes(signal);
    watch.runRules(rules);
    return undefined;
  }
  const { program, url } = await startPrometheus({ path, scratch, run: ledger.run, nodes, rules, clock, signal });
  const beside = new BesidePrometheus(url, watch, clock);
  const blind = await until(async () => {
    if (program.ending !== undefined) throw program.failure();
    return beside.hasAskedAll();
  }, { clock, withinMs: firstScrapesWithinMs, signal });
  if (blind) throw new LabError({ ...blind, because: `${blind.because} within ${firstScrapesWithinMs / 1_000} s` }, 4);
  watch.runRules(rules);
  return { beside, program };
}

async function startClients(world: ProcessWorld, { deployment, spec, seed, signal }: Launching): Promise<RunningLoad> {
  const first = deployment.roles[0]?.role;
  const endpoints = world.nodes.filter(({ role }) => role === first).map(({ host, ports }) => `${host}:${ports.main}`);
  const launcher = ['env', `${markerVariable}=${world.ledger.run}`, ...(world.network ? enter(world.network.namespaceOf(clientsPlace)) : [])];
  return orThrow(await startLoad({ subject: spec.subject, endpoints, launcher, seed }, spec.load, signal));
}

/** Takes everything back; what cannot be is named, and stays in the journal. */
async function clear(run: OpenRun): Promise<void> {
  const { unhealed } = await takeBack(run, undoers);
  if (unhealed.length === 0) return;
  const named = unhealed.map(({ change, because }) => `${undoers.get(change.kind)?.describe?.(change.data) ?? change.kind} (${because})`);
  throw new LabError({ code: 'LAB_NOT_HEALED', because: `could not be taken back: ${named.join('; ')}`, advice: 'Look at it, then run `lab clean`.' }, 4);
}
