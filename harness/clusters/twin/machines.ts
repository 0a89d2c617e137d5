import type { Random } from '../../../src/kernel/random.ts';
import { exportHost } from './hosts/exporter.ts';
import { Host } from './hosts/host.ts';
import type { SharedCores } from './hosts/shared-cores.ts';
import { releases } from './hosts/releases.ts';
import type { World } from './world.ts';

const gib = 2 ** 30;
/** What a PD member keeps on its disk. */
const pdBytes = 200 * 2 ** 20;
/** How long a page takes to render, at least and at most: a store's is four times as long as that of a PD member (18,000 series and more, 3,000 to 5,000). */
const pageSeconds = { tikv: { least: 0.015, most: 0.06 }, pd: { least: 0.004, most: 0.015 } } as const;
/** On a machine that its own program keeps full, others find a core after so many turns (recordings/tikv-write-overload: four to six times the usual). */
const fullMachine = 5;
/** What a machine has, where nodes do not share one. */
const usualCores = 4;

/** A machine, and what makes monitoring and logs know it. */
export interface Machine {
  readonly host: Host;
  readonly watch: () => void;
}

/** A machine for a program of this role; nobody watches it yet. */
export function makeMachine(world: World, { role, number, shared }: { readonly role: 'tikv' | 'pd'; readonly number: number; readonly shared?: SharedCores | undefined }): Machine {
  const id = `${role}-${number}`;
  const random = world.random.fork(`host-${id}`);
  const ownSyncMs = Math.round(random.between(0.8, 1.3) * 1000) / 1000;
  const host = new Host(world.engine, {
    id, role, baseSyncMs: shared?.syncMs ?? ownSyncMs, diskBytes: (role === 'tikv' ? 100 : 20) * gib, cores: shared?.cores ?? usualCores, shared, memoryBytes: 16 * gib,
    firstPid: 9_000 + random.below(20_000), version: releases[role],
  });
  return { host, watch: () => watch(world, host, random) };
}

function watch(world: World, host: Host, random: Random): void {
  const { id, role } = host;
  const { least, most } = pageSeconds[role === 'tikv' ? 'tikv' : 'pd'];
  world.scraper.add(id, {
    process: host.process, job: role, instance: role === 'tikv' ? `${id}:20180` : `${id}:2379`,
    phaseMs: 100 + random.below(4_800), durationSeconds: random.between(least, most), slowdown: () => slowdownOf(host), random: world.random.fork(`scrapes-${id}`),
  });
  world.journal.stampBy(id, host.clock);
  watchMachine(world, host);
}

/** A page is a long piece of work: it gets what a quota or a neighbour leaves, and waits for its turn among the program's own threads. */
const slowdownOf = ({ cpu, neighbour }: Host): number => (neighbour.takes.cores > 0 ? cpu.slowdown : Math.max(cpu.slowdown, Math.min(fullMachine, cpu.stretch)));

/** The machine's own exporter, a program of its own that no fault stops. */
function watchMachine(world: World, host: Host): void {
  const random = world.random.fork(`exporter-${host.id}`);
  const exporter = `${host.id}:9100`;
  world.scraper.add(exporter, {
    process: { state: 'running' }, job: 'overwritten-nodes', instance: exporter, phaseMs: 100 + random.below(4_800), durationSeconds: random.between(0.008, 0.02), slowdown: () => 1, random: random.fork('scrapes'),
  });
  exportHost(world.engine, host, world.scraper.registryFor(exporter), usedBytesOf(world, host));
}

function usedBytesOf(world: World, host: Host): () => number {
  let store: World['stores'][number] | undefined;
  return () => (store ??= world.stores.find((each) => each.host === host))?.usedBytes ?? pdBytes;
}
