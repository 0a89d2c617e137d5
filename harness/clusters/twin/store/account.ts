import { type Shape, spreads } from '../metrics/histogram.ts';
import { commitShape, cpuSecondsOf, type StoreLoad } from './pipeline.ts';
import type { Store } from './store.ts';

/** Bytes that an entry adds to a value: the key, the header, the checksum. */
const entryOverheadBytes = 60;

const plus = (shape: Shape, addedMs: number): Shape => ({ ...shape, medianMs: shape.medianMs + addedMs });

const shapeOf = (medianMs: number, spread = spreads.queue): Shape => ({ fixedMs: 0, medianMs, spread });

/** Puts one tick's work of one store on its meters. */
export function account(store: Store, load: StoreLoad, context: { readonly spanSeconds: number; readonly storeOf: (id: number) => Store | undefined; readonly replicas: number }): void {
  accountReads(store, load.reads);
  for (const group of load.commits.values()) {
    const followers = group.followerIds.flatMap((id) => context.storeOf(id) ?? []);
    const commit = commitShape(store, followers, context.replicas);
    if (commit) accountWrites(store, group.writes, { commit, valueBytes: load.valueBytes, followers: followers.length });
  }
  accountLog(store, load, context.spanSeconds);
  store.served.reads += load.reads;
  store.served.writes += load.writes + load.followed;
  store.served.valueBytes = load.valueBytes;
  store.cpuSeconds += Math.min(cpuSecondsOf(load, context.spanSeconds), store.host.cpu.available * context.spanSeconds);
}

function accountReads(store: Store, reads: number): void {
  if (reads === 0) return;
  const { metrics, queue } = store;
  metrics.grpc.raw_get.observeShape(shapeOf(0.4 * queue.cpuStretch, spreads.wide), reads);
  metrics.scheduler.raw_get.observeShape(shapeOf(0.12 * queue.cpuStretch), reads);
  metrics.asyncSnapshot.observeShape(shapeOf(0.03 * queue.cpuStretch), reads);
  metrics.command('raw_get').add(reads);
  metrics.asyncResult('snapshot', 'all').add(reads);
  metrics.asyncResult('snapshot', 'success').add(reads);
  metrics.registry.counter('tikv_raftstore_local_read_executed_requests').add(reads);
  metrics.registry.counter('tikv_scheduler_commands_pri_total', { priority: 'normal' }).add(reads);
  metrics.engineFlow('keys_read').add(reads);
}

interface Commit {
  readonly commit: Shape;
  readonly valueBytes: number;
  readonly followers: number;
}

/** A put: wait for the raftstore, propose, commit, wait for the apply pool, apply, answer. */
function accountWrites(store: Store, writes: number, { commit, valueBytes, followers }: Commit): void {
  if (writes === 0) return;
  const { metrics, queue } = store;
  const { raftstore } = metrics;
  const stretch = queue.cpuStretch;
  const [waitMs, applyWaitMs, applyMs] = [queue.requestWait.medianMs, 0.3 * stretch, 0.4 * stretch];
  raftstore.requestWait.observeShape(queue.requestWait, writes);
  raftstore.wfBatchWait.observeShape(shapeOf(waitMs), writes);
  raftstore.wfSendProposal.observeShape(shapeOf(waitMs + 0.1), writes);
  raftstore.commitLog.observeShape(commit, writes);
  raftstore.wfCommit.observeShape(plus(commit, waitMs), writes);
  raftstore.wfPersist.observeShape(plus(queue.persist, waitMs), writes);
  if (medianOf(commit) < medianOf(queue.persist)) raftstore.wfCommitNotPersist.observeShape(plus(commit, waitMs), writes);
  raftstore.storeDuration.observeShape(plus(commit, waitMs), writes);
  raftstore.applyDuration.observeShape(shapeOf(applyWaitMs + applyMs), writes);
  raftstore.proposeBytes.observe(valueBytes + entryOverheadBytes, writes);
  metrics.asyncWrite.observeShape(plus(commit, waitMs + applyWaitMs + applyMs), writes);
  metrics.scheduler.raw_put.observeShape(plus(commit, waitMs + applyWaitMs + applyMs + 0.1), writes);
  metrics.grpc.raw_put.observeShape(plus(commit, waitMs + applyWaitMs + applyMs + 0.25 * stretch), writes);
  countWrites(store, writes, followers);
}

const medianOf = (shape: Shape): number => shape.fixedMs + shape.medianMs;

function countWrites(store: Store, writes: number, followers: number): void {
  const { metrics } = store;
  metrics.command('raw_put').add(writes);
  for (const stage of ['new', 'write_finish'] as const) metrics.stage(stage, 'raw_put').add(writes);
  for (const status of ['all', 'success']) metrics.asyncResult('write', status).add(writes);
  for (const type of ['all', 'normal']) metrics.proposal(type).add(writes);
  metrics.sent('append').add(writes * followers);
}

/** What leaders and followers do alike: write the raft log, sync it, apply the entry. */
function accountLog(store: Store, load: StoreLoad, spanSeconds: number): void {
  const { metrics, queue } = store;
  const { raftstore, raftEngine } = metrics;
  const appends = load.writes + load.followed;
  const turns = queue.turnsPerSecond * spanSeconds;
  const stretch = queue.cpuStretch;
  raftstore.taskWait.observeShape(queue.taskWait, appends);
  for (const histogram of [raftstore.appendLog, raftstore.writeLoop, raftstore.writeRaftdb, raftEngine.write, raftEngine.writeLeader]) histogram.observeShape(queue.write, turns);
  raftEngine.sync.observeShape(queue.sync, turns);
  raftEngine.preprocess.observeShape(shapeOf(0.02 * stretch), turns);
  raftEngine.apply.observeShape(shapeOf(0.012 * stretch), turns);
  raftstore.writeSend.observeShape(shapeOf(0.02 * stretch), turns);
  raftstore.writeCallback.observeShape(shapeOf(0.01 * stretch), turns);
  raftstore.applyLog.observeShape(shapeOf(0.4 * stretch), appends);
  raftstore.applyWait.observeShape(shapeOf(0.3 * stretch), appends);
  raftstore.ready.observeShape(shapeOf(0.12 * stretch), appends * 1.5);
  if (turns > 0) raftEngine.bytes.observeShape({ fixedMs: 0, medianMs: 1000 * (appends / turns) * (load.valueBytes + entryOverheadBytes), spread: spreads.disk }, turns);
  metrics.sent('append_resp').add(load.followed);
  countLog(store, load, appends);
}

function countLog(store: Store, load: StoreLoad, appends: number): void {
  const { metrics } = store;
  for (const type of ['append', 'commit']) metrics.ready(type).add(appends);
  metrics.ready('message').add(appends);
  metrics.ready('has_ready_region').add(appends * 1.5);
  metrics.registry.counter('tikv_raftstore_write_cmd_total', { type: 'put' }).add(appends);
  metrics.registry.counter('tikv_raftstore_admin_cmd_total', { status: 'all', type: 'compact' }).add(appends * 0.02);
  metrics.registry.counter('tikv_raftstore_admin_cmd_total', { status: 'success', type: 'compact' }).add(appends * 0.02);
  const bytes = appends * load.valueBytes;
  metrics.engineFlow('keys_written').add(appends * 2);
  metrics.engineFlow('bytes_written').add(bytes);
  metrics.engineFlow('wal_file_bytes').add(bytes);
  metrics.engineFlow('bytes_read').add(load.reads * load.valueBytes);
  metrics.registry.counter('tikv_io_bytes', { op: 'write', type: 'foreground_write' }).add(bytes * 2);
  store.usedBytes += Math.round(bytes * 0.02);
}
