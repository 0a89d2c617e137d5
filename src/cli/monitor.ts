import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Clock } from '../kernel/clock.ts';
import { LabError } from '../kernel/result.ts';
import { formatSpan, parseSpan } from '../kernel/units.ts';
import { runMonitor, type MonitorEvent } from '../monitor/loop.ts';
import { livePorts } from '../ports/live-ports.ts';
import type { Ports } from '../ports/ports.ts';
import { clockOf } from '../ports/prometheus-clock.ts';
import type { Subject } from '../subjects/contract.ts';
import { TicketBook } from '../tickets/book.ts';
import type { Ticket } from '../tickets/contract.ts';
import { addConnectionFlags, connectionFrom, type ConnectionFlags } from './connection.ts';

interface MonitorFlags extends ConnectionFlags {
  readonly interval: string;
  readonly db?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

/** Adds `lab monitor`. */
export function registerMonitor(program: Command): void {
  addConnectionFlags(program.command('monitor').description('watch a running cluster and write tickets; changes nothing'))
    .option('--pd <urls>', "PD's client URLs, separated by commas: the same as --attach pd=…")
    .option('--prometheus <url>', 'the Prometheus that scrapes the cluster: the same as --attach prometheus=…')
    .option('--subject <name>', 'which database (default: told by what is attached to)')
    .option('--interval <span>', 'time between two looks', '30s')
    .option('--db <file>', 'keep the tickets in this SQLite file (default: in memory)')
    .option('--once', 'look once, without grace periods and without tickets: exit 0 healthy, 1 something is wrong, 4 cannot see')
    .option('--json', 'one JSON document a line')
    .addHelpText('after', '\nExamples:\n  npx lab monitor --pd http://10.0.1.1:2379,http://10.0.1.2:2379 --prometheus http://10.0.1.9:9090 --db tickets.db\n  npx lab monitor --pd http://127.0.0.1:2379 --prometheus http://127.0.0.1:9090 --once\n  npx lab monitor --attach etcd=https://10.0.1.1:2379,https://10.0.1.2:2379,prometheus=https://10.0.1.9:9090 --ca ca.pem --cert me.pem --key me.key')
    .action(async (flags: MonitorFlags) => {
      process.exitCode = await monitor(flags);
    });
}

async function monitor(flags: MonitorFlags): Promise<number> {
  const { subject, members, prometheus } = connectionFrom(flags);
  if (!prometheus) throw usage('the monitor needs the Prometheus that scrapes the cluster', 'name it with --prometheus URL; without one, `lab record` scrapes the nodes itself');
  const clock = await clockOf(prometheus);
  const ports = livePorts({ members, prometheus, clock });
  if (flags.once) {
    if (flags.db !== undefined) throw usage('--once writes no tickets, so --db has no meaning with it', 'leave one of the two out');
    return lookOnceAndSay(subject, { ports, clock }, flags);
  }
  return watch(subject, { ports, clock }, flags);
}

/** What the monitor sees by, and the time by which that is stamped. */
interface Seen {
  readonly ports: Ports;
  readonly clock: Clock;
}

async function watch(subject: Subject, { ports, clock }: Seen, flags: MonitorFlags): Promise<number> {
  const intervalMs = parseSpan(flags.interval);
  if (!intervalMs) throw usage(`--interval ${flags.interval} is not a span`, 'write it like 30s or 1m');
  using book = new TicketBook(flags.db === undefined ? ':memory:' : resolve(process.env['INIT_CWD'] ?? '.', flags.db));
  const stop = new AbortController();
  let exitCode = 0;
  const onSignal = (name: NodeJS.Signals) => {
    exitCode = name === 'SIGTERM' ? 143 : 130;
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  await runMonitor({ subject, ports, clock, book, intervalMs, signal: stop.signal, onEvent: (event) => tell(event, flags.json === true) });
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  return exitCode;
}

async function lookOnceAndSay(subject: Subject, { ports, clock }: Seen, { json }: Pick<MonitorFlags, 'json'>): Promise<number> {
  const observation = await subject.observe(ports, clock);
  const found = subject.invariants.flatMap((invariant) =>
    invariant.violations(observation).map(({ component, detail }) => ({ invariant: invariant.name, component, severity: invariant.severity, graceMs: invariant.graceMs, detail })),
  );
  const { blind, atMs } = observation;
  if (json) process.stdout.write(`${JSON.stringify({ schema: 'lab.look/v1', atMs, violations: found, blind })}\n`);
  else {
    for (const { invariant, severity, graceMs, detail } of found) process.stdout.write(`${severity}  ${invariant}  ${detail}${graceMs > 0 ? ` (a ticket after ${formatSpan(graceMs)})` : ''}\n`);
    for (const { what, because } of blind) process.stdout.write(`cannot see ${what}: ${because}\n`);
    if (found.length === 0 && blind.length === 0) process.stdout.write(`healthy: ${subject.invariants.length} invariants hold on ${observation.topology.nodes.length} nodes\n`);
  }
  return found.length > 0 ? 1 : blind.length > 0 ? 4 : 0;
}

function tell(event: MonitorEvent, json: boolean): void {
  if (event.kind === 'observed') return;
  const { kind, ticket } = event;
  process.stdout.write(json ? `${JSON.stringify({ event: kind, ...ticket })}\n` : `${sentence(kind, ticket)}\n`);
}

function sentence(kind: 'ticket-opened' | 'ticket-resolved', ticket: Ticket): string {
  const atMs = kind === 'ticket-opened' ? ticket.openedAtMs : (ticket.resolvedAtMs ?? ticket.lastSeenMs);
  const what = kind === 'ticket-opened' ? `opened    ${ticket.severity}  ${ticket.key}: ${ticket.detail}${ticket.flapping ? ' (flapping)' : ''}` : `resolved  ${ticket.key} after ${formatSpan(atMs - ticket.firstSeenMs)}`;
  return `${new Date(atMs).toISOString()}  ${ticket.id}  ${what}`;
}

const usage = (because: string, advice: string): LabError => new LabError({ code: 'LAB_USAGE', because, advice }, 2);
