// A stand-in for pd-server: its flags, its HTTP API as far as the lab asks it, and its pages. No Raft: the first living
// member in order of names leads while more than half are alive, and every store reports to every member.
import { mkdirSync } from 'node:fs';
import { aboutProcess, ask, flagsOf, log, page, serve, size, splitOnce } from './common.mjs';

const flags = flagsOf(['name', 'data-dir', 'client-urls', 'advertise-client-urls', 'peer-urls', 'advertise-peer-urls', 'initial-cluster', 'join', 'config', 'log-level', 'log-file', 'force-new-cluster'], { L: 'log-level' });
const name = flags.get('name');
const members = flags.get('initial-cluster').split(',').map((each) => splitOnce(each, '=')).map(([member, peerUrl], i) => ({
  name: member, member_id: 1001 + i, peer_urls: [peerUrl], client_urls: [peerUrl.replace(/:2380$/, ':2379')], deploy_path: '/', binary_version: 'v8.5.5', git_hash: 'stand-in',
}));
mkdirSync(flags.get('data-dir'), { recursive: true });
log('INFO', 'versioninfo.go:98', 'Welcome to Placement Driver (PD)');

let regionsInAll = 1;
const schedule = { 'leader-schedule-limit': 4, 'region-schedule-limit': 2048, 'replica-schedule-limit': 64, 'max-store-down-time': '30m0s' };
const replicate = { 'max-replicas': 3, 'location-labels': '', 'strictly-match-label': 'false', 'enable-placement-rules': 'true', 'isolation-level': '' };
const schedulers = new Set(['balance-leader-scheduler', 'balance-region-scheduler', 'balance-hot-region-scheduler', 'evict-slow-store-scheduler']);
const heardMs = new Map(members.map((member) => [member.name, 0]));
const stores = new Map();

const alive = () => members.filter((member) => member.name === name || Date.now() - heardMs.get(member.name) < 3_000);
const leader = () => (alive().length * 2 > members.length ? alive()[0] : undefined);
const stateOf = (store) => (Date.now() - store.heartbeatMs < 20_000 ? 'Up' : Date.now() - store.heartbeatMs < 1_800_000 ? 'Disconnected' : 'Down');
const leadersOf = (id) => {
  const up = [...stores.values()].filter((store) => stateOf(store) === 'Up').map((store) => store.id).toSorted((a, b) => a - b);
  const place = up.indexOf(id);
  return place < 0 ? 0 : Math.floor(regionsInAll / up.length) + (place < regionsInAll % up.length ? 1 : 0);
};

let led = '';
setInterval(async () => {
  await Promise.all(members.filter((member) => member.name !== name).map(async (member) => {
    if (await ask(`${member.peer_urls[0]}/ping`)) heardMs.set(member.name, Date.now());
  }));
  const leads = leader()?.name ?? '';
  if (leads === name && led !== name) log('INFO', 'server.go:1789', 'PD leader is ready to serve', { 'leader-name': name });
  led = leads;
}, 500);

const rowOf = (store) => ({
  store: { id: store.id, address: store.address, version: '8.5.5', peer_address: store.address, status_address: store.statusAddress, git_hash: 'stand-in', start_timestamp: Math.floor(store.startMs / 1000), deploy_path: '/', last_heartbeat: store.heartbeatMs * 1_000_000, node_state: 1, state_name: stateOf(store) },
  status: {
    capacity: size(store.capacity), available: size(store.available), used_size: size(store.capacity - store.available), leader_count: leadersOf(store.id), leader_weight: 1, leader_score: leadersOf(store.id), leader_size: leadersOf(store.id),
    region_count: regionsInAll, region_weight: 1, region_score: regionsInAll, region_size: regionsInAll, slow_score: store.slowScore, start_ts: new Date(store.startMs).toISOString(), last_heartbeat_ts: new Date(store.heartbeatMs).toISOString(), uptime: `${Math.floor((store.heartbeatMs - store.startMs) / 1000)}s`,
  },
});
const all = () => [...stores.values()].toSorted((a, b) => a.id - b.id);

const local = {
  '/pd/api/v1/ping': () => '',
  '/pd/api/v1/status': () => ({ build_ts: '', version: 'v8.5.5', git_hash: 'stand-in', start_timestamp: 0 }),
  '/pd/api/v1/version': () => ({ version: 'v8.5.5', build_time: '', hash: '', branch: '' }),
  '/pd/api/v1/health': () => (leader() ? members.map((member) => ({ name: member.name, member_id: member.member_id, client_urls: member.client_urls, health: alive().includes(member) })) : { status: 500, body: '"context deadline exceeded"' }),
  '/metrics': () => metrics(),
};

const fromLeader = {
  '/pd/api/v1/members': () => ({ header: { cluster_id: 7466000000000000000 }, members, leader: leader(), etcd_leader: leader() }),
  '/pd/api/v1/leader': () => leader() ?? null,
  '/pd/api/v1/stores': () => (stores.size === 0 ? { status: 500, body: '"[PD:cluster:ErrNotBootstrapped]TiKV cluster not bootstrapped, please start TiKV first"' } : { count: stores.size, stores: all().map(rowOf) }),
  '/pd/api/v1/cluster': () => ({ id: 7466000000000000000, max_peer_count: 3 }),
  '/pd/api/v1/cluster/status': () => ({ raft_bootstrap_time: '2026-01-01T00:00:00Z', is_initialized: stores.size >= 3, replication_status: '' }),
  '/pd/api/v1/config': () => ({ schedule, replication: replicate }),
  '/pd/api/v1/config/schedule': () => schedule,
  '/pd/api/v1/config/replicate': () => replicate,
  '/pd/api/v1/schedulers': () => [...schedulers],
  '/pd/api/v1/operators': () => [],
  '/pd/api/v1/regions': () => ({ count: regionsInAll, regions: Array.from({ length: regionsInAll }, (_, i) => ({ id: 10 + i })) }),
  '/pd/api/v1/regions/count': () => ({ count: regionsInAll, regions: null }),
  '/pd/api/v1/stats/region': () => ({ count: regionsInAll, empty_count: 0, storage_size: regionsInAll, storage_keys: 0 }),
};

serve(2379, async (path, _query, body) => {
  if (path === '/stand-in/heartbeat') return heartbeat(JSON.parse(body));
  if (local[path]) return local[path]();
  if (!leader()) return { status: 503, body: '[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader' };
  if (path === '/pd/api/v1/regions/split') return split(JSON.parse(body));
  if (path === '/pd/api/v1/operators' && body !== '') return '"The operator is created."';
  if (path === '/pd/api/v1/config' && body !== '') return Object.assign(schedule, JSON.parse(body)) && '"The config is updated."';
  if (path.startsWith('/pd/api/v1/regions/check/')) return { count: 0, regions: [] };
  return fromLeader[path]?.() ?? { status: 404, body: '404 page not found' };
});
serve(2380, () => ({}));

/** Every member counts for itself, so the one that is asked tells the others. */
function split({ split_keys: keys, told }) {
  regionsInAll = Math.max(regionsInAll, keys.length + 1);
  if (!told) for (const member of members) if (member.name !== name) ask(`${member.client_urls[0]}/pd/api/v1/regions/split`, { body: { split_keys: keys, told: true } });
  return { 'processed-percentage': 100, 'regions-id': keys.map((_, i) => 11 + i) };
}

function heartbeat(store) {
  const before = stores.get(store.id);
  if (!before && leader()?.name === name) log('INFO', 'grpc_service.go:823', 'put store ok', { store: store.address });
  stores.set(store.id, { ...store, heartbeatMs: Date.now() });
  return { leaders: leadersOf(store.id), regions: regionsInAll };
}

function metrics() {
  const leads = leader()?.name === name;
  const count = (state) => all().filter((store) => stateOf(store) === state).length;
  return page([
    ...aboutProcess(),
    ['service_member_role', 'gauge', [[{ service: 'PD' }, leads ? 1 : 0]]],
    ['etcd_server_has_leader', 'gauge', [[{}, leader() ? 1 : 0]]],
    ['etcd_server_is_leader', 'gauge', [[{}, leads ? 1 : 0]]],
    ...(leads ? [
      ['pd_cluster_status', 'gauge', [[{ type: 'store_up_count' }, count('Up')], [{ type: 'store_disconnected_count' }, count('Disconnected')], [{ type: 'store_down_count' }, count('Down')], [{ type: 'store_unhealth_count' }, 0]]],
      ['pd_regions_status', 'gauge', ['miss', 'down', 'pending'].map((kind) => [{ type: `${kind}-peer-region-count` }, 0])],
    ] : []),
  ]);
}

process.on('SIGTERM', () => {
  log('INFO', 'main.go:280', 'got signal to exit', { signal: 'terminated' });
  process.exit(0);
});
