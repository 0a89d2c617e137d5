import { defined } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Host } from '../hosts/host.ts';
import type { Process, Program } from '../hosts/process.ts';
import type { Entry } from '../journal.ts';
import { roughly } from '../noise.ts';
import type { World } from '../world.ts';
import { apiOf } from '../clients/values.ts';
import { readyLines, type StoreIdentity } from './boot-lines.ts';
import { Brakes } from './brakes.ts';
import { CpuTime } from './cpu-time.ts';
import { emptyDiskLines } from './first-lines.ts';
import { beginLife, bootMs, diskOf } from './first-start.ts';
import { GracefulShutdown } from './graceful-shutdown.ts';
import { exportGauges } from './gauges.ts';
import { idleQueue, type StoreQueue } from './pipeline.ts';
import { MemoryUse, refusalOf } from './memory-use.ts';
import { Levels } from './levels.ts';
import { Meters } from './meters/meters.ts';
import { StoreMetrics } from './metrics.ts';
import { NetworkProbes } from './network-probes.ts';
import { Saturation } from './saturation.ts';
import { joinLines, settingLines, welcomeLines } from './start-lines.ts';
import { shutdownLines } from './stop-lines.ts';
import { beginRounds, storeHeartbeatMs } from './rounds.ts';
import { noPlaceHolder, noSpaceLeft, Space } from './space.ts';
import { usualSettings } from './store-settings.ts';
import { SlowScore } from './slow-score.ts';
import { Writer } from './writer.ts';
import type { Shape } from '../metrics/shape.ts';

const connecting = { firstMs: 50, againMs: 1_000 } as const;

/** A TiKV server: the program of one host. Its numbers live in {@link StoreMetrics}, its regions in the raft room. */
export class Store implements Program, StoreIdentity {
  readonly id: number;
  readonly node: string;
  readonly host: Host;
  readonly process: Process;
  readonly slowScore = new SlowScore();
  readonly networkProbes = new NetworkProbes();
  /** On its disk: it outlives the process. */
  readonly levels = new Levels();
  /** The raft log's queue and the CPU, as of the last tick. */
  queue: StoreQueue = idleQueue;
  /** How long puts and gets take, as of the last tick. */
  putShape: Shape = idleQueue.persist;
  getShape: Shape = idleQueue.persist;
  /** Accepts raft messages and requests. */
  serving = false;
  /** Of the program that runs. */
  version: string;
  /** Told PD that it is going to stop. */
  stopping = false;
  /** PD's client: false while the leader of PD is unknown. */
  pdConnected = true;
  pausedMs: Millis = 0;
  readonly memory = new MemoryUse(() => this.levels.memtableBytes);
  readonly saturation = new Saturation();
  readonly settings = usualSettings();
  readonly brakes = new Brakes();
  readonly writer = new Writer(this);
  readonly space = new Space(this);
  readonly cpuTime = new CpuTime(this);
  /** Writes that it led, in all, and what it served since the last store heartbeat. */
  ledWrites = 0;
  served = { reads: 0, writes: 0, values: 0, valueBytes: 0, readBytes: 0 };
  usedBytes: number;
  /** The part of it that its raft log takes. */
  readonly raftBytes: number;
  /** It has yet to be ready for the first time. */
  isNew: boolean;
  /** What the statistics task last saw; it looks once a minute. */
  reportedUsedBytes: number;
  reportedAvailableBytes: number;
  readonly #world: World;
  readonly #random: Random;
  readonly #shutdown: GracefulShutdown;
  #metrics: StoreMetrics | undefined;
  #meters: Meters | undefined;
  #busyUntilMs: Millis = 0;
  #bootMs: Millis = bootMs(false);

  /** On a disk that is empty, or on one that has been written to for hours. */
  constructor(world: World, host: Host, id: number, { empty = false }: { readonly empty?: boolean } = {}) {
    this.#world = world;
    this.id = id;
    this.node = host.id;
    this.host = host;
    this.process = host.process;
    this.version = host.installed;
    this.#random = world.random.fork(`store-${host.id}`);
    this.isNew = empty;
    ({ usedBytes: this.usedBytes, raftBytes: this.raftBytes } = diskOf(empty, this.#random));
    this.reportedUsedBytes = this.usedBytes;
    this.reportedAvailableBytes = this.availableBytes;
    this.#shutdown = new GracefulShutdown(world, this);
    this.process.load(this);
  }

  /** The instruments of the process that runs, or of the last one that did. */
  get metrics(): StoreMetrics {
    return defined(this.#metrics, 'metrics of a store that never started');
  }

  get meters(): Meters {
    return defined(this.#meters, 'meters of a store that never started');
  }

  /** What is left for it, or would be left if it looked now. */
  get availableBytes(): number {
    return this.host.disk.capacityBytes - this.usedBytes - this.host.disk.foreignBytes;
  }

  /** Whether what it sends to PD's leader arrives. */
  get reachesPd(): boolean {
    return this.pdConnected && this.#world.pd.members.serving !== undefined && !this.host.network.isCut('control-plane');
  }

  get address(): string {
    return `${this.node}:20160`;
  }

  get statusAddress(): string {
    return `${this.node}:20180`;
  }

  /** After a restart a store replays its log and asks PD for patience; so does one whose heartbeats wait for its disk. */
  get busy(): boolean {
    return this.#world.engine.nowMs < this.#busyUntilMs || this.writer.blocksHeartbeats(this.#world.engine.nowMs);
  }

  get startTimestampSeconds(): number {
    return Math.floor((this.process.startedMs + this.#bootMs - connecting.firstMs) / 1000);
  }

  started = (): void => {
    this.version = this.host.installed;
    this.#metrics = new StoreMetrics(this.#world.scraper.registryFor(this.node), apiOf(this.#world.traffic.load));
    exportGauges(this.#world, this);
    this.#meters = new Meters(this.#world, this);
    this.#bootMs = bootMs(this.isNew);
    for (const part of [this.cpuTime, this.memory, this.saturation, this.brakes, this.writer]) part.begin();
    this.#world.resolved.restarted(this);
    for (const each of [this.slowScore, this.networkProbes]) each.reset();
    this.logAll(welcomeLines(this.version, this.host));
    this.process.after(connecting.firstMs, () => this.#connect());
  };

  terminated = (): void => this.#shutdown.begin();

  exited = (clean: boolean): void => {
    if (clean) this.logAll(shutdownLines(this, this.#world.links.metBy(this).map(({ id }) => id)));
    this.#world.logs.gone(this, clean);
    this.serving = false;
    this.stopping = false;
    this.queue = idleQueue;
    this.#world.changed(this);
    this.#world.raft.leaderGone(this);
    this.#world.links.lost(this, clean);
  };

  paused = (): void => {
    this.pausedMs = this.#world.engine.nowMs;
    this.#world.changed(this);
    this.#world.raft.leaderSilent(this);
    this.#world.links.silent(this);
  };

  resumed = (): void => {
    this.#world.changed(this);
    this.meters.slowTurns.resumed(this.#world.engine.nowMs - this.pausedMs);
    this.#world.links.audible(this);
  };

  /** Puts the store into the state of one that has served for hours. */
  wake(): void {
    this.process.start();
    this.#ready(this.#random.below(storeHeartbeatMs));
    this.#busyUntilMs = 0;
    this.memory.settle();
  }

  /** Holds in memory what it serves; whoever does not fit into what the host has is killed by the kernel, which tells nobody. */
  remember(reads: number, writtenBytes: number): void {
    this.memory.serve(reads, writtenBytes);
    if (this.memory.residentBytes > this.host.memory.availableBytes) this.process.crash();
  }

  /** A write fails for want of space, and a log that cannot be written is the end. */
  dieOfNoSpace(): void {
    this.log(noSpaceLeft(this.#random.between(100, 900)));
    this.process.crash();
  }

  /** Makes what was counted in a minute stand for more. */
  age(times: number): void {
    this.cpuTime.age(times);
    this.meters.work.age(times);
  }

  log(entry: Entry): void {
    this.#world.journal.write(this.node, entry);
  }

  logAll(entries: readonly Entry[]): void {
    for (const entry of entries) this.log(entry);
  }

  /** Nothing starts without PD's leader. */
  #connect(): void {
    const leader = this.#world.pd.members.serving;
    if (!leader) return this.process.after(connecting.againMs, () => this.#connect());
    this.logAll([...joinLines(this.#world.pd.members.servers, leader, this.#world.pd.clusterId), ...settingLines(this.host.memory.availableBytes, this.memory.capacityBytes, !this.isNew)]);
    const refusal = refusalOf(this.host.memory.limitBytes, this.memory.capacityBytes);
    if (refusal) {
      this.log(refusal);
      return this.process.crash();
    }
    if (this.isNew) this.logAll(emptyDiskLines(this.host));
    if (this.space.exhausted) this.log(noPlaceHolder);
    this.process.after(roughly(this.#random, this.#bootMs), () => (this.space.exhausted ? this.dieOfNoSpace() : this.#ready(storeHeartbeatMs)));
  }

  #ready(firstHeartbeatMs: Millis): void {
    if (this.serving) return;
    // Opening the engines takes writes.
    if (this.host.disk.hung) return this.process.after(this.#bootMs, () => this.#ready(firstHeartbeatMs));
    this.serving = true;
    this.#lookAtDisk();
    this.pdConnected = this.#world.pd.members.found !== undefined;
    this.#world.changed(this);
    this.#busyUntilMs = this.isNew ? 0 : this.#world.engine.nowMs + this.#random.between(11_000, 28_000);
    this.#world.pd.putStore(this);
    this.#world.links.dial(this);
    this.#world.raft.storeReady(this);
    this.logAll(readyLines(this, this.#world.index.of(this.id).held.size));
    if (this.isNew) beginLife(this.#world, this);
    beginRounds(this.#world, this, { random: this.#random, firstHeartbeatMs, lookAtDisk: () => this.#lookAtDisk() });
  }

  #lookAtDisk(): void {
    const before = this.space.look();
    if (before === undefined) return;
    this.#world.changed(this);
    this.#world.raft.fullDisks.spread(this, before);
  }
}
