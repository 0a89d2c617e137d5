import type { Engine } from '../engine.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Host } from './host.ts';
import { flushingShare } from './traffic.ts';

/** The disk that holds the data, as the kernel and the mount table name it. */
const device = 'nvme0n1';
const mount = { device: `/dev/${device}`, fstype: 'ext4', mountpoint: '/data' } as const;
/** Assumed (no recording has `node_cpu_seconds_total`): what the operating system itself takes of a core. */
const idleCores = 0.02;
/** Assumed as well: of the time that programs use, the kernel's part. */
const systemShare = 0.25;
/** Assumed: a neighbour that moves bytes in bulk writes them in pieces of 128 KiB, the read-ahead and write-back unit of Linux. */
const neighbourWriteBytes = 131_072;

/** A machine's own numbers, whoever uses it: what node_exporter shows of CPU, disk, file system and clock. */
export function exportHost(engine: Engine, host: Host, registry: Registry, usedBytes: () => number): void {
  const gauge = (name: string, labels: Readonly<Record<string, string>>, read: () => number) => registry.gauge(name, labels, read);
  const bornMs = engine.nowMs;
  const lifeSeconds = () => (engine.nowMs - bornMs) / 1_000;
  const busy = () => host.cpu.usedSeconds + host.neighbour.coreSeconds + lifeSeconds() * idleCores;
  const { cores } = host.cpu;
  const idle = idleSeconds(cores, { lifeSeconds, busy });
  for (let cpu = 0; cpu < cores; cpu++) {
    const mode = (name: string, seconds: () => number) => gauge('node_cpu_seconds_total', { cpu: String(cpu), mode: name }, () => Math.round(seconds() / cores * 100) / 100);
    mode('user', () => busy() * (1 - systemShare));
    mode('system', () => busy() * systemShare);
    mode('idle', idle);
  }
  const written = () => Math.round(host.disk.writtenBytes + foreignBytes(host));
  gauge('node_disk_written_bytes_total', { device }, written);
  gauge('node_disk_io_time_seconds_total', { device }, () => Math.round((host.disk.busySeconds + host.neighbour.diskSeconds) * 1_000) / 1_000);
  exportTraffic(host, registry, lifeSeconds);
  gauge('node_time_seconds', {}, () => (engine.nowMs + host.clock.offsetMs) / 1_000);
  gauge('node_filesystem_size_bytes', mount, () => host.disk.capacityBytes);
  gauge('node_filesystem_avail_bytes', mount, () => Math.max(0, host.disk.capacityBytes - usedBytes() - host.disk.foreignBytes));
}

const foreignBytes = ({ neighbour, disk }: Host): number => neighbour.diskSeconds * disk.bytesPerSecond;

/** Assumed: housekeeping of a machine and its agents, packets a second; every recorded machine carried a program, so none shows it alone. */
const idlePackets = 9;
const idlePacketBytes = 200;
const nic = { device: 'eth0' } as const;

/** What went over the network and to the device. */
function exportTraffic(host: Host, registry: Registry, lifeSeconds: () => number): void {
  const { traffic, disk, neighbour } = host;
  const count = (name: string, labels: Readonly<Record<string, string>>, read: () => number) => registry.gauge(name, labels, () => Math.floor(read()));
  const idle = () => lifeSeconds() * idlePackets;
  count('node_network_receive_packets_total', nic, () => traffic.received.packets + idle());
  count('node_network_transmit_packets_total', nic, () => traffic.sent.packets + idle());
  count('node_network_receive_bytes_total', nic, () => traffic.received.bytes + idle() * idlePacketBytes);
  count('node_network_transmit_bytes_total', nic, () => traffic.sent.bytes + idle() * idlePacketBytes);
  count('node_netstat_Tcp_InSegs', {}, () => traffic.received.packets + idle());
  count('node_netstat_Tcp_OutSegs', {}, () => traffic.sent.packets + idle());
  count('node_netstat_Tcp_RetransSegs', {}, () => traffic.retransmitted);
  count('node_disk_writes_completed_total', { device }, () => traffic.deviceWrites + foreignBytes(host) / neighbourWriteBytes);
  count('node_disk_flush_requests_total', { device }, () => traffic.deviceFlushes);
  const busy = (share: number) => () => Math.round((disk.busySeconds + neighbour.diskSeconds) * share * 1_000) / 1_000;
  registry.gauge('node_disk_write_time_seconds_total', { device }, busy(1));
  registry.gauge('node_disk_flush_requests_time_seconds_total', { device }, busy(flushingShare));
  for (const kind of ['receive', 'transmit']) for (const what of ['drop', 'errs']) registry.set(`node_network_${kind}_${what}_total`, nic, 0);
}

/** What nobody used so far. Where programs want more than there is, nothing is idle; what was idle before stays counted. */
function idleSeconds(cores: number, { lifeSeconds, busy }: { readonly lifeSeconds: () => number; readonly busy: () => number }): () => number {
  let [idle, life, used] = [0, 0, 0];
  return () => {
    const [lifeNow, usedNow] = [lifeSeconds(), busy()];
    idle += Math.max(0, (lifeNow - life) * cores - (usedNow - used));
    [life, used] = [lifeNow, usedNow];
    return idle;
  };
}
