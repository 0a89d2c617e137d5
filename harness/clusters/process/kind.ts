import type { Failure, Result } from '../../../src/kernel/result.ts';
import { failed, LabError, ok } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import type { Deployment } from '../../deployments/contract.ts';
import { deploymentOf } from '../../deployments/registry.ts';
import { Journal } from '../../journal/journal.ts';
import { groupsOf } from '../../telemetry/rules/over-store.ts';
import type { Capability, ClusterKind, ClusterSpec, RunningCluster } from '../contract.ts';
import { slotsOf } from './build.ts';
import { launchCluster } from './launch.ts';
import { tooLittleSpace } from './places.ts';
import { findPowers, lacksOf, type Powers } from './powers.ts';
import { findPrograms } from './programs.ts';
import { findPrometheus } from './prometheus.ts';

/** Real programs as processes of this machine. */
export const process: ClusterKind = {
  name: 'process',
  survey: async (spec) => {
    const found = await findOut(spec);
    return found.ok ? { lacks: lacks(found.value) } : { unavailable: found.failure, lacks: new Map() };
  },
  start,
};

interface Found {
  readonly deployment: Deployment;
  readonly programs: ReadonlyMap<string, string>;
  readonly powers: Powers;
  /** A real Prometheus that is to scrape, where somebody asked for one. */
  readonly prometheus?: string;
}

async function findOut(spec: ClusterSpec): Promise<Result<Found>> {
  const deployment = await deploymentOf(spec.subject);
  if (!deployment) return failed('LAB_NO_DEPLOYMENT', `nobody has said how ${spec.subject} is deployed`, 'Run this scenario on another kind of cluster.');
  if (spec.spares) return failed('NOT_SUPPORTED', 'a cluster of processes begins whole: nothing can join it later', 'Run this scenario on the twin.');
  const nodes = slotsOf(deployment, spec);
  const unknown = Object.keys(spec.roles).find((role) => !deployment.roles.some((known) => known.role === role));
  if (unknown !== undefined || nodes.length === 0) return failed('LAB_NODES', `${spec.subject} has the roles ${deployment.roles.map(({ role }) => role).join(', ')}, not ${unknown ?? 'none'}`);
  const rules = groupsOf(spec.rules ?? []);
  if (!rules.ok) return rules;
  const programs = findPrograms(deployment, spec);
  if (!programs.ok) return programs;
  const prometheus = findPrometheus();
  if (!prometheus.ok) return prometheus;
  const tooFull = tooLittleSpace(nodes.length);
  if (tooFull) return { ok: false, failure: tooFull };
  return ok({ deployment, programs: programs.value, powers: await findPowers(), ...(prometheus.value !== undefined && { prometheus: prometheus.value }) });
}

function lacks({ deployment, powers }: Found): ReadonlyMap<Capability, string> {
  const reasons = new Map(lacksOf(powers));
  if (!deployment.config) reasons.set('config', `nobody has said how the configuration of ${deployment.subject} is changed while it runs`);
  return reasons;
}

async function start(spec: ClusterSpec, seed: number, signal = new AbortController().signal): Promise<Result<RunningCluster>> {
  const found = await findOut(spec);
  if (!found.ok) return found;
  let journal: Journal | undefined;
  try {
    journal = new Journal();
    return ok(await launchCluster(journal, { ...found.value, spec, clock: wallClock, signal, lacks: lacks(found.value), seed }));
  } catch (error) {
    journal?.[Symbol.dispose]();
    const failure = failureOf(error, signal);
    if (failure) return { ok: false, failure };
    throw error;
  }
}

/** What the world said no to; undefined for a bug. */
function failureOf(error: unknown, signal: AbortSignal): Failure | undefined {
  if (signal.aborted) return { code: 'LAB_INTERRUPTED', because: 'stopped by the user while the cluster was starting' };
  if (error instanceof LabError) return error.failure;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : { code: 'LAB_SYSTEM', because: `${syscall} of ${path ?? 'something'} failed: ${code}`, advice: code === 'ENOSPC' ? 'Free space there, or name another folder with TMPDIR.' : 'See whether the lab may do this here.' };
}
