import type { Cause } from '../cause.ts';
import { neighbourLoad } from './neighbour-load.ts';
import { clockSkew, controlPlaneOverloaded } from './clock-and-members.ts';
import { controlPlaneLeaderLost, controlPlaneQuorumLost } from './control-plane.ts';
import { cpuStarved } from './cpu-starved.ts';
import { diskCorrupted, electionStalled, replicaLagging } from './damaged-data.ts';
import { diskFull } from './disk-full.ts';
import { diskSlow, memberDiskSlow } from './disk-slow.ts';
import { hotSpotRead, hotSpotWrite } from './hot-spot.ts';
import { connectionsExhausted, descriptorsExhausted, memberSpaceExhausted } from './limits.ts';
import { backgroundLoad, lockContention, retryStorm, staleRoute } from './load-of-others.ts';
import { memoryExhausted } from './memory-exhausted.ts';
import { cacheTooSmall } from './misconfigured.ts';
import { partitionControlPlane, partitionFull, partitionOneWay, partitionPeers } from './network-partition.ts';
import { networkDelay, networkLoss } from './network-quality.ts';
import { overload } from './overload.ts';
import { plannedStop } from './planned-stop.ts';
import { memberCrash, storeCrash } from './process-crash.ts';
import { memberHang, storeHang } from './process-hang.ts';
import { processRestarting } from './process-restarting.ts';
import { placementUnsatisfiable, regionImbalance, replicaQuorumLost } from './quorum-and-placement.ts';
import { evictLeaderLeft, leaderImbalance, schedulerGone, schedulingLimited } from './scheduling.ts';
import { certificateExpired, electsTooSoon, identityConflict, misconfigured } from './set-up.ts';
import { diskStalled, diskStalling, memberDiskStalled, poolExhausted, writeStall } from './storage-engine.ts';
import { storeFilling } from './store-filling.ts';
import { telemetryLost } from './telemetry-lost.ts';

/** Everything that the rules know. A new cause is one file and one line here. */
export const causes: readonly Cause[] = [
  storeCrash, storeHang, memberCrash, memberHang, processRestarting, plannedStop,
  memoryExhausted, diskFull, diskSlow, memberDiskSlow, cpuStarved, neighbourLoad,
  partitionFull, partitionPeers, partitionControlPlane, partitionOneWay,
  networkDelay, networkLoss, diskStalled, memberDiskStalled, diskStalling, writeStall, poolExhausted,
  replicaQuorumLost, placementUnsatisfiable, regionImbalance, storeFilling,
  clockSkew, controlPlaneOverloaded,
  controlPlaneLeaderLost, controlPlaneQuorumLost,
  cacheTooSmall, schedulerGone, schedulingLimited, evictLeaderLeft, leaderImbalance,
  diskCorrupted, replicaLagging, electionStalled,
  descriptorsExhausted, connectionsExhausted, memberSpaceExhausted,
  backgroundLoad, lockContention, retryStorm, staleRoute,
  misconfigured, electsTooSoon, certificateExpired, identityConflict,
  hotSpotRead, hotSpotWrite, overload, telemetryLost,
];
