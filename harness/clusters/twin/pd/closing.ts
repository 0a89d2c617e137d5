import type { Entry } from '../journal.ts';
import type { PdMembers } from './members.ts';
import { transferFinishedLine } from './etcd-lines.ts';
import { keptNoLongerLines, stoppedLines } from './leadership-lines.ts';
import type { PdServer } from './server.ts';

/** Measured of a leader that was told to stop: when its etcd hands over, when that is done and it hangs up, and when its process ends. */
const handOverMs = 16;
const hangUpMs = 516;
const closeMs = 800;

const said = (source: string, message: string): Entry => ({ source, message });

/** A member is told to stop: it answers nobody, hands over what it leads, hangs up on the others and ends. */
export function close(server: PdServer, members: PdMembers, schedulers: readonly string[] | undefined): void {
  const led = members.leads(server);
  server.log({ source: 'main.go:292', message: 'got signal to exit', fields: [['signal', 'terminated']] });
  server.logAll([...closingLines(server), ...(led ? [...keptNoLongerLines, ...stoppedLines(schedulers)] : [])]);
  server.ready = false;
  server.process.after(handOverMs, () => members.resigned(server));
  const others = members.servers.filter((other) => other !== server);
  server.process.after(led ? hangUpMs : handOverMs, () => server.logAll([...(led ? [transferFinishedLine(server, { to: members.etcdLeader, took: '500.487709ms' })] : []), ...hungUpLines(server, others), ...strangerLines(server, others.filter((other) => members.alive.includes(other)))]));
  server.process.after(closeMs, () => server.process.exit());
}

/** It ends its own loops, then its etcd. */
const closingLines = (server: PdServer): Entry[] => [
  said('server.go:550', 'closing server'), said('allocator_manager.go:742', 'exit allocator daemon'), said('allocator_manager.go:315', 'exit allocator loop'), said('cgmon.go:75', 'cgroup monitor stopped'),
  said('server.go:704', 'server is closed, exist encryption key manager loop'), said('server.go:1807', 'server is closed'), said('server.go:1828', 'server is closed, exit etcd leader loop'),
  said('server.go:690', 'server is closed, exit metrics loop'), said('server.go:1625', 'server is closed, return PD leader loop'),
  ...['endpoint syncer', 'health inspector'].map((what, at): Entry => ({ source: `health_checker.go:${[96, 113][at]}`, message: `etcd client is closed, exit the ${what} goroutine`, fields: [['source', 'server-etcd-client']] })),
  { source: 'etcd.go:377', message: 'closing etcd server', fields: [['name', server.name], ['advertise-client-urls', `[${server.clientUrl}]`]] },
  ...['stopping', 'stopped'].map((what): Entry => ({ level: 'WARN', source: what === 'stopping' ? 'serve.go:160' : 'serve.go:162', message: `${what} insecure grpc server due to error`, fields: [['error', 'accept tcp [::]:2379: use of closed network connection']] })),
];

/** Its etcd hangs up on every other member. */
const hungUpLines = (server: PdServer, others: readonly PdServer[]): Entry[] => others.flatMap((other): Entry[] => {
  const [remote, local] = [['remote-peer-id', other.memberHex] as const, ['local-member-id', server.memberHex] as const];
  return [
    { source: 'peer.go:330', message: 'stopping remote peer', fields: [remote] },
    { level: 'WARN', source: 'stream.go:286', message: 'closed TCP streaming connection with remote peer', fields: [['stream-writer-type', 'stream MsgApp v2'], remote] },
    { level: 'WARN', source: 'stream.go:421', message: 'lost TCP streaming connection with remote peer', fields: [['stream-reader-type', 'stream MsgApp v2'], local, remote, ['error', 'context canceled']] },
    { level: 'WARN', source: 'peer_status.go:66', message: 'peer became inactive (message send to peer failed)', fields: [['peer-id', other.memberHex], ['error', `failed to read ${other.memberHex} on stream MsgApp v2 (context canceled)`]] },
    { source: 'stream.go:294', message: 'stopped TCP streaming connection with remote peer', fields: [['stream-writer-type', 'stream MsgApp v2'], remote] },
    { source: 'pipeline.go:85', message: 'stopped HTTP pipelining with remote peer', fields: [local, remote] },
    { source: 'stream.go:442', message: 'stopped stream reader with remote peer', fields: [['stream-reader-type', 'stream MsgApp v2'], local, remote] },
    { source: 'peer.go:335', message: 'stopped remote peer', fields: [remote] },
  ];
});

/** Members that live dial it once more before its port closes; it does not know them any longer. */
const strangerLines = (server: PdServer, others: readonly PdServer[]): Entry[] => others.map((other) => ({ level: 'WARN', source: 'http.go:413', message: 'failed to find remote peer in cluster', fields: [['local-member-id', server.memberHex], ['remote-peer-id-from', other.memberHex]] }));

/** The last lines of a graceful end. */
export const closedLines = (server: PdServer): Entry[] => [
  { source: 'etcd.go:581', message: 'stopping serving peer traffic', fields: [['address', '[::]:2380']] }, { source: 'etcd.go:586', message: 'stopped serving peer traffic', fields: [['address', '[::]:2380']] },
  { source: 'etcd.go:379', message: 'closed etcd server', fields: [['name', server.name], ['advertise-client-urls', `[${server.clientUrl}]`]] },
  said('server.go:594', 'triggering the close callback functions'), said('server.go:607', 'close server'),
];
