import { entryOverheadBytes, transactionBytes } from '../clients/values.ts';
import { atLeast, later, meanMs, plus, type Shape, spreads } from '../metrics/shape.ts';
import type { Applied } from './apply-queue.ts';
import { applyTurns } from './apply-turns.ts';
import { savedShareOf } from './compression.ts';
import { latchWait } from './latches.ts';
import { cpuSecondsOf, ownCpuSecondsOf, wakingSecondsOf } from './cpu-cost.ts';
import { commitShape, type CommitLoad, type StoreLoad } from './pipeline.ts';
import { receiveEntries } from './received.ts';
import type { Store } from './store.ts';

const heldFor = (spanMs: number): Shape => ({ fixedMs: spanMs, medianMs: 1, spread: spreads.narrow, wait: undefined });

const shapeOf = (medianMs: number, spread = spreads.queue): Shape => ({ fixedMs: 0, medianMs, spread, wait: undefined });

function storesOf(ids: readonly number[], storeOf: (id: number) => Store | undefined): Store[] {
  const stores: Store[] = [];
  for (const id of ids) {
    const store = storeOf(id);
    if (store) stores.push(store);
  }
  return stores;
}

/** Puts one tick's work of one store on its meters. */
export function account(
  store: Store, load: StoreLoad,
  context: { readonly spanSeconds: number; readonly storeOf: (id: number) => Store | undefined; readonly replicas: number },
): void {
  accountReads(store, load.reads, load.readSeconds * 1000);
  const applied = store.brakes.apply(load, context.spanSeconds);
  for (const group of load.commits.values()) {
    // A large cluster has thousands of ways to commit, and few of them are gone at any moment.
    if (group.writes === 0) continue;
    const followers = storesOf(group.followerIds, context.storeOf);
    receiveEntries(store, group.entries, { heard: followers, unheard: storesOf(group.unheardIds, context.storeOf) });
    // Who takes writes has its majority, also where a region has yet to get its second or third replica.
    const quorum = commitShape(store, followers, Math.min(context.replicas, 2 * followers.length + 1));
    if (quorum) accountWrites(store, group, { quorum, load, applied, spanSeconds: context.spanSeconds, copies: followers.length + group.unheardIds.length });
  }
  if (load.writes === 0) accountHeld(store, applied, { load, spanSeconds: context.spanSeconds });
  if (applied.writes === 0 && store.brakes.waitMs > 0) store.putShape = heldFor(store.brakes.waitMs);
  accountLog(store, load, context.spanSeconds);
  store.meters.tick(load, context.spanSeconds);
  store.ledWrites += load.writes;
  store.served.reads += load.reads;
  store.served.writes += load.writes + load.followed;
  store.served.values += (load.writes + load.followed) * load.valuesPerWrite;
  store.served.valueBytes = load.valueBytes;
  store.served.readBytes = load.readBytes;
  // What its own clients made it do, whether it fits or not: a law holds the two against each other.
  const fitsSeconds = store.host.cpu.available * context.spanSeconds;
  store.saturation.admitted.workSeconds += ownCpuSecondsOf(load);
  store.saturation.admitted.fitsSeconds += fitsSeconds;
  const wantedSeconds = cpuSecondsOf(load, context.spanSeconds) + wakingSecondsOf(load, { spanSeconds: context.spanSeconds, turnsPerSecond: store.queue.turnsPerSecond });
  store.cpuTime.spend(Math.min(wantedSeconds, fitsSeconds));
}

function accountReads(store: Store, reads: number, missMs: number): void {
  if (reads === 0) return;
  const { metrics, queue } = store;
  const wait = store.host.cpu.quotaWait();
  store.getShape = later(shapeOf((0.4 + missMs) * queue.cpuStretch + queue.readWaitMs, spreads.wide), wait);
  metrics.grpc.get.observeShape(store.getShape, reads);
  metrics.scheduler.get.observeShape(later(shapeOf((0.12 + missMs) * queue.cpuStretch + queue.readWaitMs), wait), reads);
  metrics.asyncSnapshot.observeShape(shapeOf(0.03 * queue.cpuStretch), reads);
  for (const counter of metrics.counters.reads) counter.add(reads);
}

interface Commit {
  /** Until a majority has the entry on disk. */
  readonly quorum: Shape;
  readonly load: StoreLoad;
  /** What is answered in this tick of all that the store was ever given. */
  readonly applied: Applied;
  readonly spanSeconds: number;
  /** To how many followers they are sent. */
  readonly copies: number;
}

/** A put: wait for the raftstore, propose, commit, wait for the apply pool, apply, answer. */
function accountWrites(store: Store, group: CommitLoad, { quorum, load, applied, spanSeconds, copies }: Commit): void {
  const { writes, entries, ofTransactions } = group;
  const { metrics, queue } = store;
  const { raftstore } = metrics;
  const waitMs = queue.requestWait.medianMs;
  const { cpu } = store.host;
  // The leader's own thread must take a turn to see that the others have the entry; whoever waited for a new quota then
  // finds it fresh, so a whole put waits about twice: until it is seen as committed, and until it is applied and answered.
  const commit = later(quorum, cpu.quotaWait());
  const withWait = plus(commit, waitMs);
  const done = later(later(quorum, cpu.quotaWait(2)), store.writer.takeHeld(writes));
  raftstore.requestWait.observeShape(queue.requestWait, writes);
  raftstore.wfBatchWait.observeShape(queue.requestWait, writes);
  raftstore.wfSendProposal.observeShape(plus(queue.requestWait, 0.1), writes);
  raftstore.commitLog.observeShape(commit, entries);
  raftstore.wfCommit.observeShape(withWait, writes);
  raftstore.wfPersist.observeShape(plus(queue.persist, waitMs), writes);
  if (meanMs(commit) < meanMs(queue.persist)) raftstore.wfCommitNotPersist.observeShape(withWait, writes);
  raftstore.storeDuration.observeShape(withWait, writes);
  observeProposals(store, group, load);
  accountApplied(store, { writes: (applied.writes * writes) / load.writes, wait: applied.wait }, { committed: plus(done, waitMs), load, spanSeconds });
  for (const counter of metrics.counters.writes) counter.add(writes - ofTransactions);
  for (const counter of metrics.counters.asked) counter.add(writes);
  for (const counter of metrics.counters.entries) counter.add(entries);
  if (writes > entries) metrics.batched().add(writes - entries);
  metrics.sent.of('append').add(entries * copies);
}

/** Nobody writes any more, and those that RocksDB held back are answered all the same. */
function accountHeld(store: Store, applied: Applied, { load, spanSeconds }: { readonly load: StoreLoad; readonly spanSeconds: number }): void {
  if (applied.writes > 0) accountApplied(store, applied, { committed: store.queue.persist, load, spanSeconds });
}

interface Committed {
  /** From the proposal until it is committed. */
  readonly committed: Shape;
  readonly load: StoreLoad;
  readonly spanSeconds: number;
}

/** Writes that are applied now: whom RocksDB held back waited for that besides. */
function accountApplied(store: Store, { writes, wait }: Applied, { committed, load, spanSeconds }: Committed): void {
  const { metrics: { raftstore }, queue, host: { cpu } } = store;
  const applyMs = 0.4 * queue.cpuStretch;
  raftstore.applyDuration.observeShape(later(later(shapeOf(queue.applyWaitMs + applyMs), cpu.quotaWait()), wait), writes);
  accountAnswers(store, writes, { applied: later(plus(committed, queue.applyWaitMs + applyMs), wait), load, spanSeconds });
}

interface Answered {
  /** From the proposal until it is applied. */
  readonly applied: Shape;
  readonly load: StoreLoad;
  readonly spanSeconds: number;
}

/** Puts that are answered after so long; latches and then flow control hold a command back before anything of that begins. */
function accountAnswers(store: Store, count: number, { applied, load, spanSeconds }: Answered): void {
  const { metrics, brakes: { throttleMs }, queue } = store;
  metrics.asyncWrite.observeShape(applied, count);
  if (throttleMs > 0) metrics.throttled().observeShape(heldFor(throttleMs), count);
  const latches = load.contended && latchWait(load.contended, { writesPerSecond: load.writes / spanSeconds, holdMs: meanMs(applied) + throttleMs });
  if (load.contended) metrics.latches().observeShape(later(shapeOf(0.002), latches), count);
  const answered = later(atLeast(applied, throttleMs), latches);
  // Requests of transactions beside raw commands are counted with them.
  const puts = load.ofTransactions === 0 ? count : count * (1 - load.ofTransactions / load.writes);
  const calls = metrics.putsOf(load.valuesPerWrite);
  calls.scheduler.observeShape(plus(answered, 0.1), puts);
  store.putShape = plus(answered, 0.25 * queue.cpuStretch);
  calls.grpc.observeShape(store.putShape, puts);
}

/** Entries by size: where a part of the values is large, those fall into a bucket of their own. */
function observeProposals(store: Store, { writes: all, entries, ofTransactions }: CommitLoad, { large, valueBytes, valuesPerWrite, readBytes }: StoreLoad): void {
  const { proposeBytes } = store.metrics.raftstore;
  if (entries < all) return proposeBytes.observe((all / entries) * valueBytes + entryOverheadBytes, entries);
  const [writes, putBytes] = [all - ofTransactions, readBytes * valuesPerWrite];
  proposeBytes.observe(transactionBytes + entryOverheadBytes, ofTransactions);
  if (!large) return proposeBytes.observe(putBytes + entryOverheadBytes, writes);
  const many = Math.round(writes * large.share);
  proposeBytes.observe(large.valueBytes + entryOverheadBytes, many);
  proposeBytes.observe(putBytes + entryOverheadBytes, writes - many);
}

/** Some of a region's turns write nothing: heartbeats and their answers (recordings/tikv-baseline, evict-leader, store-kill: 1.10 to 1.14; hot-write 1.04). */
const readiesPerTask = 1.1;

/** What a file system writes of a file that grew by less. */
const blockBytes = 4_096;

/** What leaders and followers do alike: write the raft log, sync it, apply the entry. */
function accountLog(store: Store, load: StoreLoad, spanSeconds: number): void {
  const { metrics, queue } = store;
  const { raftstore, raftEngine } = metrics;
  const [appends, writes] = [load.entries + load.followedEntries, load.writes + load.followed];
  const tasks = queue.tasksPerSecond * spanSeconds;
  const loggedShare = 1 - (savedShareOf(store) ?? 0);
  const turns = queue.turnsPerSecond * spanSeconds;
  const stretch = queue.cpuStretch;
  raftstore.taskWait.observeShape(queue.taskWait, tasks);
  for (const histogram of [
    raftstore.appendLog, raftstore.writeLoop, raftstore.writeRaftdb, raftEngine.write, raftEngine.writeLeader,
  ]) histogram.observeShape(queue.write, turns);
  raftEngine.sync.observeShape(later(queue.sync, store.host.cpu.quotaWait()), turns);
  raftEngine.preprocess.observeShape(shapeOf(0.02 * stretch), turns);
  raftEngine.apply.observeShape(shapeOf(0.012 * stretch), turns);
  raftstore.writeSend.observeShape(shapeOf(0.02 * stretch), turns);
  raftstore.writeCallback.observeShape(shapeOf(0.01 * stretch), turns);
  const wait = store.host.cpu.quotaWait();
  const { shape, perSecond } = applyTurns(store, appends / spanSeconds);
  raftstore.applyLog.observeShape(shape, perSecond * spanSeconds);
  raftstore.applyWait.observeShape(atLeast(later(shapeOf(queue.applyWaitMs), wait), store.brakes.applyMs), appends);
  raftstore.ready.observeShape(later(shapeOf(0.12 * stretch), wait), tasks * readiesPerTask);
  if (turns > 0) raftEngine.bytes.observeShape(
    shapeOf(1000 * (writes / turns) * (load.valueBytes + entryOverheadBytes) * loggedShare, spreads.disk), turns,
  );
  metrics.sent.of('append_resp').add(load.followedEntries);
  const { disk } = store.host;
  disk.writtenBytes += writes * load.valueBytes * (1 + loggedShare) + turns * blockBytes;
  disk.busySeconds += Math.min(spanSeconds, (turns * (queue.sync.fixedMs + queue.sync.medianMs)) / 1_000);
  store.metrics.counters.readyRegions.add(tasks * readiesPerTask);
  countLog(store, load, { appends, writes, loggedShare });
}

function countLog(store: Store, load: StoreLoad, { appends, writes, loggedShare }: { readonly appends: number; readonly writes: number; readonly loggedShare: number }): void {
  const { counters } = store.metrics;
  const bytes = writes * load.valueBytes;
  for (const counter of counters.appends) counter.add(appends);
  counters.applied.add(writes);
  for (const counter of counters.compacts) counter.add(appends * 0.02);
  for (const counter of counters.bytesWritten) counter.add(bytes);
  // The key of its own that each entry writes is where it was applied.
  counters.keysWritten.add(writes * (1 + load.valuesPerWrite));
  counters.bytesRead.add(load.reads * load.readBytes);
  counters.ioWritten.add(bytes * (1 + loggedShare));
  store.usedBytes += Math.round(bytes * 0.02);
  if (bytes > 0 && store.space.exhausted) return store.dieOfNoSpace();
  store.remember(load.reads, bytes);
}
