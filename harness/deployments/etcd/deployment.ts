import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { AskNode, Deployment, Identity, Launch, PlannedNode, RoleSpec, Settings } from '../contract.ts';
import { hexOf, statusOf } from './status.ts';

const member: RoleSpec = {
  role: 'member', nodePrefix: 'etcd', program: 'etcd',
  ports: { main: 2379, peer: 2380 },
  metricsPort: 'main', job: 'etcd', controlPlane: true,
};

/** etcd with its own defaults, but for the metrics: only the extensive ones have a latency of requests. */
export const etcd: Deployment = {
  subject: 'etcd',
  roles: [member],
  binVariable: 'LAB_ETCD_BIN',
  install: 'Install etcd 3.5 or newer (Debian: etcd-server), or name the folder with LAB_ETCD_BIN.',
  launch,
  ready: async ({ id }, ask) => {
    // Serving asks for a quorum, and the first member is alone: a local read must do. /livez came with 3.5.11.
    const answer = await ask(id)({ method: 'GET', path: '/health', query: { serializable: 'true' } });
    if (!answer.ok) return answer;
    return answer.value.status === 200 ? ok(undefined) : failed('LAB_NOT_READY', `${id} answers /health with ${answer.value.status}: ${answer.value.body.trim()}`);
  },
  settled,
  startWithinMs: 60_000,
  identify,
};

const url = (node: PlannedNode, port: string): string => `http://${node.host}:${node.ports[port]}`;

function launch(node: PlannedNode, all: readonly PlannedNode[], settings: Settings = {}): Launch {
  const options: Settings = {
    ...settings,
    name: node.id,
    'data-dir': node.dataDir,
    'listen-client-urls': url(node, 'main'), 'advertise-client-urls': url(node, 'main'),
    'listen-peer-urls': url(node, 'peer'), 'initial-advertise-peer-urls': url(node, 'peer'),
    'initial-cluster': all.map((each) => `${each.id}=${url(each, 'peer')}`).join(','),
    'initial-cluster-token': 'operator-lab', 'initial-cluster-state': 'new',
    metrics: 'extensive', logger: 'zap', 'log-outputs': 'stderr',
  };
  return { args: Object.entries(options).map(([name, value]) => `--${name}=${value}`) };
}

async function settled(all: readonly PlannedNode[], ask: AskNode): Promise<Result<void>> {
  const leaders = new Set<string>();
  for (const { id } of all) {
    const status = await statusOf(ask(id));
    if (!status.ok) return status;
    if (status.value.leader === undefined) return failed('LAB_NOT_SETTLED', `${id} knows no leader`);
    leaders.add(status.value.leader);
  }
  if (leaders.size !== 1) return failed('LAB_NOT_SETTLED', `the members name ${leaders.size} leaders`);
  // The one write that the lab makes by itself: a cluster that cannot write has not started.
  const first = all[0];
  if (!first) return failed('LAB_NOT_SETTLED', 'there are no members');
  const body = JSON.stringify({ key: base64('operator-lab/started'), value: base64('yes') });
  const put = await ask(first.id)({ method: 'POST', path: '/v3/kv/put', body });
  if (!put.ok) return put;
  return put.value.status === 200 ? ok(undefined) : failed('LAB_NOT_SETTLED', `a write is answered with ${put.value.status}: ${put.value.body.trim()}`);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

async function identify(all: readonly PlannedNode[], ask: AskNode): Promise<ReadonlyMap<string, Identity>> {
  const found = await Promise.all(all.map(async (node) => [node, await statusOf(ask(node.id))] as const));
  return new Map(found.map(([node, status]) => {
    const addresses = [`${node.host}:${node.ports.main}`, `${node.host}:${node.ports['peer']}`];
    if (!status.ok) return [node.id, { aliases: addresses }];
    const { memberId, leader } = status.value;
    return [node.id, { aliases: [...addresses, memberId, hexOf(memberId)], leads: leader === memberId }];
  }));
}
