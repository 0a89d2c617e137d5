import type { Fault } from './contract.ts';
import { clockSkew } from './clock-skew.ts';
import { cpuThrottle } from './cpu-throttle.ts';
import { crashLoop } from './crash-loop.ts';
import { dataLoss } from './data-loss.ts';
import { dialBlock } from './dial-block.ts';
import { diskGray } from './disk-gray.ts';
import { diskFill } from './disk-fill.ts';
import { diskSlow } from './disk-slow.ts';
import { diskStall } from './disk-stall.ts';
import { hotKeys } from './hot-keys.ts';
import { largeValues } from './large-values.ts';
import { loadChange } from './load-change.ts';
import { memoryLimit } from './memory-limit.ts';
import { networkDelay } from './network-delay.ts';
import { networkGray } from './network-gray.ts';
import { networkLoss } from './network-loss.ts';
import { networkPartition } from './network-partition.ts';
import { noisyNeighbour } from './noisy-neighbour.ts';
import { processKill } from './process-kill.ts';
import { processPause } from './process-pause.ts';
import { processStop } from './process-stop.ts';
import { versionUpgrade } from './version-upgrade.ts';
import { blockCacheSmall } from './tikv/block-cache-small.ts';
import { evictLeaderLeftBehind } from './tikv/evict-leader-left-behind.ts';
import { ioLimitLow } from './tikv/io-limit-low.ts';
import { isolationWithoutLabels } from './tikv/isolation-without-labels.ts';
import { pdLeaderResigned } from './tikv/pd-leader-resigned.ts';
import { placementRuleAdded } from './tikv/placement-rule-added.ts';
import { schedulerRemoved } from './tikv/scheduler-removed.ts';
import { storeJoining } from './tikv/store-joining.ts';
import { storeLeaving } from './tikv/store-leaving.ts';
import { mergingOn } from './tikv/merging-on.ts';
import { storeLimitZero } from './tikv/store-limit-zero.ts';

// A fault knows its own world and parameters; the registry forgets both, and the lab checks them before it injects.
const ofProcesses = [processKill, processPause, processStop, versionUpgrade, crashLoop];
const ofDisks = [diskSlow, diskGray, diskStall, diskFill, dataLoss];
const ofMachines = [cpuThrottle, noisyNeighbour, memoryLimit, clockSkew];
const ofNetworks = [networkPartition, dialBlock, networkDelay, networkGray, networkLoss];
const ofClients = [loadChange, hotKeys, largeValues];
const ofTikv = [schedulerRemoved, evictLeaderLeftBehind, storeLimitZero, mergingOn, storeJoining, storeLeaving, pdLeaderResigned, placementRuleAdded, isolationWithoutLabels, blockCacheSmall, ioLimitLow];
const known = [...ofProcesses, ...ofDisks, ...ofMachines, ...ofNetworks, ...ofClients, ...ofTikv] as unknown as readonly Fault[];

/** Every fault by its kind; a new one is a file beside this and a line above. */
export const faults: ReadonlyMap<string, Fault> = new Map(known.map((fault) => [fault.kind, fault]));
