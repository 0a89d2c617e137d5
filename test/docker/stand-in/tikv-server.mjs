// A stand-in for tikv-server: its flags, its status server and page, heartbeats to PD, and a log on its disk that it really
// syncs, so that a slow or full disk is felt. Its client port accepts connections and says nothing.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statfsSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { aboutProcess, ask, flagsOf, Histogram, log, page, serve, splitOnce } from './common.mjs';

const flags = flagsOf(['addr', 'advertise-addr', 'status-addr', 'advertise-status-addr', 'data-dir', 'pd-endpoints', 'capacity', 'labels', 'config', 'config-check', 'log-level', 'log-file'], { A: 'addr', C: 'config', L: 'log-level', s: 'data-dir', pd: 'pd-endpoints' });
const address = flags.get('advertise-addr');
const statusAddress = flags.get('advertise-status-addr');
const dataDir = flags.get('data-dir');
const pds = flags.get('pd-endpoints').split(',').map((each) => (each.startsWith('http') ? each : `http://${each}`));
const id = [0, 1, 4, 5, 6, 7][Number(/(\d+):\d+$/.exec(address)?.[1] ?? 1)] ?? 9;
const startMs = Date.now();

log('INFO', 'lib.rs:92', 'Welcome to TiKV');
const config = flags.has('config') ? readFileSync(flags.get('config'), 'utf8') : '';
log('INFO', 'common.rs:123', 'using config', { config: config.length });
// Its share of the disk, as `raftstore.capacity` bounds it.
const bound = Number(/\[raftstore\][^[]*^capacity = "(\d+)GB"/m.exec(config)?.[1] ?? Infinity) * 1024 ** 3;
mkdirSync(dataDir, { recursive: true });

const append = new Histogram([0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096]);
let share = { leaders: 0, regions: 0 };
let slowScore = 1;
const disk = () => {
  const { blocks, bavail, bsize } = statfsSync(dataDir);
  return { capacity: Math.min(bound, blocks * bsize), available: Math.min(bound, bavail * bsize) };
};

setInterval(async () => {
  const told = { id, address, statusAddress, startMs, slowScore, ...disk() };
  const answers = await Promise.all(pds.map((pd) => ask(`${pd}/stand-in/heartbeat`, { body: told })));
  share = answers.find((answer) => answer?.regions) ?? share;
}, 2_000);

const file = openSync(join(dataDir, 'raft.log'), 'w');
setInterval(() => {
  const begun = performance.now();
  try {
    writeSync(file, 'x'.repeat(4096), 0);
    fsyncSync(file);
  } catch (error) {
    log('FATAL', 'lib.rs:501', 'failed to write raft log', { err: error.message });
    process.exit(1);
  }
  append.observe((performance.now() - begun) / 1000);
}, 250);

serve(statusAddress.split(':').at(-1), (path) => {
  if (path === '/status') return '';
  if (path === '/config') return { 'log-level': 'info' };
  if (path === '/engine_type') return 'raft-kv';
  return path === '/metrics' ? metrics() : { status: 404, body: 'path not found' };
});
const clients = createServer((socket) => socket.on('error', () => {}));
clients.listen(Number(splitOnce(flags.get('addr'), ':')[1]), '0.0.0.0', () => log('INFO', 'server.rs:420', 'TiKV is ready to serve'));

function metrics() {
  const { capacity, available } = disk();
  return page([
    ...aboutProcess(),
    ['tikv_raftstore_region_count', 'gauge', [[{ type: 'leader' }, share.leaders], [{ type: 'region' }, share.regions]]],
    ['tikv_store_size_bytes', 'gauge', [[{ type: 'capacity' }, capacity], [{ type: 'available' }, available], [{ type: 'used' }, capacity - available]]],
    ['tikv_raftstore_slow_score', 'gauge', [[{ type: 'raft' }, slowScore]]],
    ['tikv_raftstore_append_log_duration_seconds', 'histogram', append.samples()],
  ]);
}

process.on('SIGTERM', () => {
  log('INFO', 'signal_handler.rs:44', 'receive signal 15, starting graceful shutdown...');
  closeSync(file);
  process.exit(0);
});
