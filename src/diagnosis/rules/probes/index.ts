import type { Investigation } from '../investigation.ts';
import { probeCapacity } from './capacity.ts';
import { probeControlPlane } from './control-plane.ts';
import { probeLatency } from './latency.ts';
import { probeLifecycle } from './lifecycle.ts';
import { probeNetwork } from './network.ts';
import { probeProcesses } from './processes.ts';
import { probeScheduling } from './scheduling.ts';
import { probeStores } from './stores.ts';
import { probeThresholds } from './thresholds.ts';
import { probeTraffic } from './traffic.ts';

/** In this order, since later probes build on what earlier ones found. */
const probes = [probeProcesses, probeLifecycle, probeStores, noteStoreDown, probeNetwork, probeControlPlane, probeLatency, probeCapacity, probeTraffic, probeScheduling, probeThresholds];

/** Looks at everything that the causes ask about. */
export async function probeAll(investigation: Investigation, signal: AbortSignal): Promise<void> {
  for (const probe of probes) {
    signal.throwIfAborted();
    await probe(investigation);
  }
}

async function noteStoreDown(investigation: Investigation): Promise<void> {
  const { findings } = investigation;
  const stores = investigation.nodes('tikv').map((node) => node.id);
  const about = (['called-disconnected', 'scrape-fails'] as const).flatMap((sign) => stores.flatMap((store) => findings.about(sign, store) ?? []));
  const down = about.find((finding) => finding.present);
  const shown = down ?? about[0];
  if (shown) investigation.note({ ...shown, sign: 'a-store-is-down', component: 'cluster', present: down !== undefined });
}
