import type { Command } from 'commander';
import { addConnectionFlags, connectionFrom, type ConnectionFlags } from '../../../src/cli/connection.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import { LabError, orThrow } from '../../../src/kernel/result.ts';
import { parseSpan } from '../../../src/kernel/units.ts';
import type { Subject } from '../../../src/subjects/contract.ts';
import type { AttachedCluster } from '../../clusters/attach/attach.ts';
import { findCluster } from './find.ts';

/** Where a running cluster is, and what of it is wanted. */
export interface AttachFlags extends ConnectionFlags {
  readonly for?: string;
  readonly before?: string;
  readonly logs?: readonly string[];
  readonly match?: readonly string[];
}

/** An attached cluster and how long to look. */
export interface Attachment {
  readonly cluster: AttachedCluster;
  readonly subject: Subject;
  readonly selectors: readonly string[];
  readonly forMs: Millis;
  readonly beforeMs: Millis;
}

/** Adds the flags of a command that can look at a running cluster. */
export function addAttachFlags(command: Command): Command {
  const also = (word: string, before: readonly string[] = []) => [...before, word];
  return addConnectionFlags(command)
    .option('--subject <name>', 'which database (default: told by what is attached to)')
    .option('--for <span>', 'how long to look at a running cluster, e.g. 10m')
    .option('--before <span>', 'how much of what its Prometheus has from before is taken along', '10m')
    .option('--logs <node=file>', 'a log file on this machine that belongs to a node, or a folder of files that are called after nodes; as often as wanted', also)
    .option('--match <selector>', "which of Prometheus' series belong to the cluster (default: those of the subject's jobs, and ALERTS)", also);
}

/** Finds the cluster that the flags name. */
export async function attachTo(flags: AttachFlags, forDefault: string): Promise<Attachment> {
  const connection = connectionFrom(flags);
  const [forMs, beforeMs] = [spanOf('--for', flags.for ?? forDefault), spanOf('--before', flags.before ?? '0s')];
  const jobs = connection.subject.roles.map(({ job }) => job).join('|');
  const selectors = flags.match ?? [`{job=~"${jobs}"}`, '{__name__=~"ALERTS|ALERTS_FOR_STATE"}'];
  const found = await findCluster(connection, { logs: flags.logs ?? [], selectors });
  const cluster = orThrow(found, found.ok || found.failure.code !== 'LAB_USAGE' ? 4 : 2);
  return { cluster, subject: connection.subject, selectors, forMs, beforeMs: connection.prometheus ? beforeMs : 0 };
}

function spanOf(flag: string, text: string): Millis {
  const spanMs = parseSpan(text);
  if (spanMs !== undefined) return spanMs;
  throw new LabError({ code: 'LAB_USAGE', because: `${flag} ${text} is not a span`, advice: 'write it like 90s or 10m' }, 2);
}
