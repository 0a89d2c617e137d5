import type { Cause } from '../../cause.ts';
import { cpuStarved } from './cpu-starved.ts';
import { diskFull, diskSlow } from './disks.ts';
import { dataDirectoryLost, replicaLagging } from './identity.ts';
import { overload, quorumLost } from './load-and-quorum.ts';
import { partitionClients, partitionFull, partitionPeers } from './network-partition.ts';
import { networkDelay, networkLoss } from './network-quality.ts';
import { memberCrash } from './process-crash.ts';
import { memberHang } from './process-hang.ts';
import { backgroundLoad, certificateExpired, descriptorsExhausted, retryStorm } from './rare.ts';
import { clockSkew, memoryExhausted, plannedStop, processRestarting, telemetryLost } from './shared.ts';
import { dataCorrupted, spaceQuotaExhausted } from './space.ts';

/** Everything that the rules know about etcd. A new cause is one file and one line here. */
export const causes: readonly Cause[] = [
  memberCrash, memberHang, processRestarting, plannedStop, memoryExhausted,
  diskFull, diskSlow, cpuStarved,
  partitionFull, partitionPeers, partitionClients, networkDelay, networkLoss,
  spaceQuotaExhausted, dataCorrupted, dataDirectoryLost, replicaLagging,
  overload, quorumLost, clockSkew, telemetryLost,
  certificateExpired, descriptorsExhausted, retryStorm, backgroundLoad,
];
