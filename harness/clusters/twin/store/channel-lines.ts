import type { Entry } from '../journal.ts';

/** How gRPC's dialling of an address ends: nobody listens there, nothing comes back, or a kernel answers and no program does. */
export type DialFailure = 'refused' | 'lost' | 'mute';

const source = '/build/grpcio-sys-0.10.3+1.44.0-patched/grpc/src/core/lib/iomgr/tcp_client_posix.cc';
const reason = (failure: DialFailure, ip: string): string => {
  if (failure === 'mute') return '{"description":"connection attempt timed out before receiving SETTINGS frame","file_line":235}';
  const [text, errno, line, syscall] = failure === 'refused' ? ['Connection refused', 111, 200, 'connect'] : ['Connection timed out', 110, 205, 'getsockopt(SO_ERROR)'];
  return `{"description":"Failed to connect to remote host: ${text}","errno":${errno},"file":"${source}","file_line":${line},"os_error":"${text}","syscall":"${syscall}","target_address":"ipv4:${ip}"}`;
};

/** PD's members are one subnet, stores and clients others. */
const subnets: Readonly<Record<string, number>> = { pd: 1, tikv: 2, client: 3 };

/** Where a name leads. */
const ipOf = (address: string): string => {
  const [, role, number, port] = /^([a-z]+)-(\d+):(\d+)$/.exec(address) ?? ['', '', '0', '0'];
  return `10.0.${subnets[role as string] ?? 0}.${number}:${port}`;
};

/** A channel of gRPC could not be connected; its owner is told by its own means. The handle is an address in memory. */
export function subchannelLine(address: string, failure: DialFailure): Entry {
  const ip = ipOf(address);
  const handle = `0x7f87${(0x24026400 + 0x1400 * Number(/-(\d+):/.exec(address)?.[1] ?? 0)).toString(16)}`;
  return {
    source: '<unknown>',
    message: `subchannel ${handle} {address=ipv4:${ip}, args=grpc.client_channel_factory=0x7f875803e988, grpc.default_authority=${address}, grpc.keepalive_time_ms=10000, grpc.keepalive_timeout_ms=3000, grpc.primary_user_agent=grpc-rust/0.10.4, grpc.server_uri=dns:///${address}}: connect failed: ${reason(failure, ip)}`,
    fields: [['thread_id', 126]],
  };
}

/** A peer did not answer a ping in time. */
export const keepaliveLine = (address: string): Entry => ({ source: '<unknown>', message: `ipv4:${ipOf(address)}: Keepalive watchdog fired. Closing transport.`, fields: [['thread_id', 129]] });
