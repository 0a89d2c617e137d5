import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a program is on PATH and says of itself what is wanted. */
export function onPath(program: string, says: RegExp): boolean {
  try {
    return says.test(execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch {
    return false;
  }
}

/** One member of a real etcd. */
export interface RealMember {
  readonly child: ChildProcess;
  /** `host:port` of its client port. */
  readonly address: string;
}

/** Three members of a real etcd in a folder of their own. */
export class RealEtcd implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'lab-real-etcd-'));
  readonly members: readonly RealMember[];

  private constructor(ports: readonly number[]) {
    const cluster = [0, 1, 2].map((i) => `e${i}=http://127.0.0.1:${ports[3 + i]}`).join(',');
    this.members = [0, 1, 2].map((i) => ({ address: `127.0.0.1:${ports[i]}`, child: startMember(i, { dir: this.dir, cluster, client: ports[i] ?? 0, peer: ports[3 + i] ?? 0 }) }));
  }

  static async start(): Promise<RealEtcd> {
    return new RealEtcd(await freePorts(6));
  }

  async leader(): Promise<RealMember> {
    for (const member of this.members) {
      const answer = await fetch(`http://${member.address}/v3/maintenance/status`, { method: 'POST', body: '{}' });
      const { leader, header } = (await answer.json()) as { leader?: string; header: { member_id: string } };
      if (leader === header.member_id) return member;
    }
    throw new Error('nobody leads');
  }

  [Symbol.dispose](): void {
    for (const { child } of this.members) child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function startMember(i: number, { dir, cluster, client, peer }: { readonly dir: string; readonly cluster: string; readonly client: number; readonly peer: number }): ChildProcess {
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return spawn('etcd', ['--name', `e${i}`, '--data-dir', join(dir, `e${i}`), '--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl, '--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl, '--initial-cluster', cluster], { stdio: 'ignore' });
}

/** So many ports that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
