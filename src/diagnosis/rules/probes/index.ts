import type { Investigation } from '../investigation.ts';
import { probeCapacity } from './capacity.ts';
import { probeClocks } from './clocks.ts';
import { probeControlPlane } from './control-plane.ts';
import { probeLastWords } from './last-words.ts';
import { probeLatency } from './latency.ts';
import { probeLifecycle } from './lifecycle.ts';
import { probeLimits } from './limits.ts';
import { probeNeighbours } from './neighbours.ts';
import { probeNetwork } from './network.ts';
import { probePlacement } from './placement.ts';
import { probeProcesses } from './processes.ts';
import { probeReadPath } from './read-path.ts';
import { probeScheduling } from './scheduling.ts';
import { probeStores } from './stores.ts';
import { probeThresholds } from './thresholds.ts';
import { probeTraffic } from './traffic.ts';

/** Everything that the causes ask about, in this order, since later probes build on what earlier ones found. */
export const probes = [
  (investigation: Investigation): Promise<void> => probeProcesses(investigation),
  probeLifecycle,
  probeStores,
  noteStoreDown,
  probeNetwork,
  probeControlPlane,
  probeLastWords,
  probeLatency,
  probeCapacity,
  probeNeighbours,
  probeReadPath,
  probeTraffic,
  probeScheduling,
  probePlacement,
  probeThresholds,
  probeLimits,
  probeClocks,
];

async function noteStoreDown(investigation: Investigation): Promise<void> {
  const { findings } = investigation;
  const stores = investigation.nodes('tikv').map((node) => node.id);
  const about = (['called-disconnected', 'scrape-fails'] as const).flatMap((sign) => stores.flatMap((store) => findings.about(sign, store) ?? []));
  const down = about.find((finding) => finding.present && !findings.has('heartbeats-go-on', finding.component));
  const shown = down ?? about[0];
  if (shown) investigation.note({ ...shown, sign: 'a-store-is-down', component: 'cluster', present: down !== undefined });
}
