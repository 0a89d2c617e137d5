import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Millis } from '../kernel/clock.ts';
import { LabError, orThrow } from '../kernel/result.ts';
import { accessFrom, securedTransport, type Access } from '../ports/access.ts';
import type { HttpRequest, Transport } from '../ports/http.ts';
import { jobNamesFrom, withJobNames } from '../ports/job-names.ts';
import type { Member } from '../ports/live-ports.ts';
import { metricsPageReads, prometheusReads } from '../ports/read-only.ts';
import type { Subject } from '../subjects/contract.ts';
import { subjects } from '../subjects/registry.ts';
import { placesOf, prometheusKey, type Places } from './places.ts';

/** PD forwards to its leader for up to three seconds before it gives up, and etcd waits up to seven: asking takes a little longer than that. */
const memberTimeoutMs: Millis = 8_000;
const prometheusTimeoutMs: Millis = 30_000;
/** An answer that is longer than this would be a cluster's whole region list several times over. */
const answerBytesMax = 256 * 2 ** 20;

/** They change nothing and keep a server busy for half a minute. */
const profiles = /^\/debug\/pprof/;

/** Where a running cluster is and how it is spoken to, as flags. */
export interface ConnectionFlags {
  readonly attach?: string;
  readonly pd?: string;
  readonly prometheus?: string;
  readonly subject?: string;
  readonly job?: readonly string[];
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly tokenFile?: string;
  readonly tokenEnv?: string;
  readonly prometheusTokenFile?: string;
  readonly prometheusTokenEnv?: string;
}

/** A running cluster that can be looked at and not changed. */
export interface Connection {
  readonly subject: Subject;
  readonly members: readonly Member[];
  /** Absent where none was named. */
  readonly prometheus?: Transport;
  /** A node's page of metrics at an address, spoken to as its control plane is. */
  readonly page: (address: string) => Transport;
}

/** Adds the flags that say where a running cluster is. */
export function addConnectionFlags(command: Command): Command {
  return command
    .option('--attach <places>', 'a running cluster, looked at and never changed: pd=URL[,URL…],prometheus=URL or etcd=URL[,URL…][,prometheus=URL]')
    .option('--job <own=theirs>', "what Prometheus calls one of the subject's jobs, e.g. tikv=basic-tikv; once for each that it calls otherwise", (word: string, before: readonly string[] = []) => [...before, word])
    .option('--ca <file>', 'certificates (PEM) of the authority that signed the servers\' certificates')
    .option('--cert <file>', 'a client certificate (PEM)')
    .option('--key <file>', 'its key (PEM)')
    .option('--token-file <file>', "a bearer token for the control plane, read at each request")
    .option('--token-env <name>', 'the same, in a variable of the environment')
    .option('--prometheus-token-file <file>', 'a bearer token for Prometheus')
    .option('--prometheus-token-env <name>', 'the same, in a variable of the environment');
}

/** What the flags name, or a usage error that says which of them is wrong. Nothing is asked yet. */
export function connectionFrom(flags: ConnectionFlags): Connection {
  const places = orThrow(placesOf(flags), 2);
  const subject = subjectAt(places);
  const { control, metrics } = accesses(flags);
  const role = subject.roles.find(({ controlPlane }) => controlPlane)?.role ?? subject.name;
  const reads = (request: HttpRequest) => (subject.reads(request) && !profiles.test(request.path)) || metricsPageReads(request);
  const secured = (url: URL) => securedTransport(url, { access: control, reads, timeoutMs: memberTimeoutMs, maxBodyBytes: answerBytesMax });
  const members = places.members.map((url) => ({ node: url.host, role, host: url.hostname, transport: secured(url) }));
  const jobs = orThrow(jobNamesFrom(flags.job ?? [], subject.roles.map(({ job }) => job)), 2);
  const scheme = places.members[0]?.protocol ?? 'http:';
  return {
    subject,
    members,
    ...(places.prometheus && { prometheus: withJobNames(securedTransport(places.prometheus, { access: metrics, reads: prometheusReads, timeoutMs: prometheusTimeoutMs, maxBodyBytes: answerBytesMax }), jobs) }),
    page: (address) => secured(new URL(`${scheme}//${address}`)),
  };
}

/** The subject whose control plane's nodes are called as the place is: `pd=` is TiKV's, `etcd=` is etcd's. */
function subjectAt({ kind, subject }: Places): Subject {
  const found = [...subjects.values()].find(({ roles }) => roles.some(({ controlPlane, nodePrefix }) => controlPlane && nodePrefix === kind));
  if (!found) {
    const known = [...subjects.values()].flatMap(({ roles }) => roles.filter(({ controlPlane }) => controlPlane).map(({ nodePrefix }) => `${nodePrefix}=`));
    throw usage(`${kind}= names no control plane that is known`, `use one of ${known.join(', ')} and ${prometheusKey}=`);
  }
  if (subject === undefined || subject === found.name) return found;
  throw usage(subjects.has(subject) ? `${kind}= is the control plane of ${found.name}, not of ${subject}` : `there is no subject ${subject}`, `use one of: ${[...subjects.keys()].join(', ')}`);
}

function accesses(flags: ConnectionFlags): { readonly control: Access; readonly metrics: Access } {
  const tls = { ...pathOf('ca', flags.ca), ...pathOf('cert', flags.cert), ...pathOf('key', flags.key) };
  const control = orThrow(accessFrom({ ...tls, ...pathOf('tokenFile', flags.tokenFile), ...named('tokenVariable', flags.tokenEnv) }), 2);
  const metrics = orThrow(accessFrom({ ...tls, ...pathOf('tokenFile', flags.prometheusTokenFile), ...named('tokenVariable', flags.prometheusTokenEnv) }), 2);
  return { control, metrics };
}

/** npm changes the folder and leaves the one where the user stands in INIT_CWD. */
const pathOf = (name: string, path: string | undefined) => (path === undefined ? {} : { [name]: resolve(process.env['INIT_CWD'] ?? '.', path) });
const named = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value });

const usage = (because: string, advice: string): LabError => new LabError({ code: 'LAB_USAGE', because, advice }, 2);
