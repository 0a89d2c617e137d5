import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { LoadSpec } from '../../clusters/contract.ts';
import type { ClientSecond, RunningLoad } from '../contract.ts';
import { startLoad } from '../start.ts';

const hasEtcd = (() => {
  try {
    return /etcd Version: 3\.(5|6|7)/.test(execFileSync('etcd', ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
})();
const load: LoadSpec = { shape: 'mixed', ratePerSecond: 100, reads: 0.5, keys: 'zipfian', valueBytes: 256 };

interface Member {
  readonly child: ChildProcess;
  readonly client: number;
}

describe.skipIf(!hasEtcd)('clients of a real etcd (skipped without etcd 3.5 on PATH)', () => {
  let dir: string;
  let members: Member[] = [];
  let running: RunningLoad;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lab-load-'));
    const ports = await freePorts(6);
    const cluster = [0, 1, 2].map((i) => `e${i}=http://127.0.0.1:${ports[3 + i]}`).join(',');
    members = [0, 1, 2].map((i) => ({ client: ports[i] ?? 0, child: startMember(i, { dir, cluster, client: ports[i] ?? 0, peer: ports[3 + i] ?? 0 }) }));
    const started = await startLoad({ subject: 'etcd', endpoints: members.map(({ client }) => `127.0.0.1:${client}`) }, load);
    if (!started.ok) throw new Error(started.failure.because);
    running = started.value;
    await wallClock.sleep(8_000);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    for (const { child } of members) child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  test('a healthy cluster answers all of a hundred requests a second', () => {
    const last = running.seconds().slice(-4);
    expect(sum(last, ({ ok }) => ok)).toBeGreaterThan(380);
    expect(last.flatMap(({ errors }) => Object.keys(errors))).toEqual([]);
  });

  test('the leader is killed: requests under way fail or wait, then the others serve everything', async () => {
    const leader = await leaderOf(members);
    const before = running.seconds().length;
    leader.child.kill('SIGKILL');
    await wallClock.sleep(14_000);
    const after = running.seconds().slice(before);
    // What the dead leader had taken and not answered is lost: its clients' time is up after five seconds.
    expect(sum(after, ({ errors }) => Object.values(errors).reduce((all, n) => all + n, 0))).toBeGreaterThan(0);
    expect(sum(after, ({ retries }) => retries)).toBeGreaterThan(0);
    expect(sum(after.slice(-3), ({ ok }) => ok)).toBeGreaterThan(280);
  });
});

function startMember(i: number, { dir, cluster, client, peer }: { readonly dir: string; readonly cluster: string; readonly client: number; readonly peer: number }): ChildProcess {
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return spawn('etcd', ['--name', `e${i}`, '--data-dir', join(dir, `e${i}`), '--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl, '--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl, '--initial-cluster', cluster], { stdio: 'ignore' });
}

async function leaderOf(members: readonly Member[]): Promise<Member> {
  for (const member of members) {
    const answer = await fetch(`http://127.0.0.1:${member.client}/v3/maintenance/status`, { method: 'POST', body: '{}' });
    const { leader, header } = (await answer.json()) as { leader?: string; header: { member_id: string } };
    if (leader === header.member_id) return member;
  }
  throw new Error('nobody leads');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const sum = (seconds: readonly ClientSecond[], of: (second: ClientSecond) => number): number => seconds.reduce((all, second) => all + of(second), 0);
