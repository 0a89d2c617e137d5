import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../kernel/result.ts';
import { formatSpan } from '../kernel/units.ts';
import { TicketBook } from '../tickets/book.ts';
import type { Incident, Ticket } from '../tickets/contract.ts';
import { correlate } from '../tickets/correlation.ts';

interface TicketFlags {
  readonly db: string;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly acknowledge?: string;
  readonly hold?: string;
}

/** Adds `lab tickets`. */
export function registerTickets(program: Command): void {
  program
    .command('tickets')
    .description('list the tickets of a monitor, by incident')
    .requiredOption('--db <file>', 'the file that `lab monitor --db` writes')
    .option('--open', 'only those that are not resolved')
    .option('--acknowledge <id>', 'say that a person has seen this ticket')
    .option('--hold <id>', 'keep this ticket open even when its violation ends')
    .option('--json', 'print one document, lab.tickets/v1')
    .addHelpText('after', '\nExamples:\n  npx lab tickets --db tickets.db --open\n  npx lab tickets --db tickets.db --acknowledge T3')
    .action((flags: TicketFlags) => tickets(flags));
}

function tickets(flags: TicketFlags): void {
  const file = resolve(process.env['INIT_CWD'] ?? '.', flags.db);
  if (!existsSync(file)) throw usage(`there is no file ${flags.db}`, 'name the file that was given to `lab monitor --db`');
  using book = new TicketBook(file);
  if (flags.acknowledge !== undefined) known(book.acknowledge(flags.acknowledge), flags.acknowledge);
  if (flags.hold !== undefined) known(book.hold(flags.hold), flags.hold);
  const incidents = correlate(book.list()).map((incident) => ({ ...incident, tickets: incident.tickets.filter(({ resolvedAtMs }) => !flags.open || resolvedAtMs === undefined) }));
  const shown = incidents.filter((incident) => incident.tickets.length > 0);
  process.stdout.write(flags.json ? `${JSON.stringify({ schema: 'lab.tickets/v1', incidents: shown }, null, 2)}\n` : listing(shown));
}

/** Tickets as a table for people, grouped by incident. */
export function listing(incidents: readonly Incident[]): string {
  if (incidents.length === 0) return 'no tickets\n';
  return incidents.map(({ id, openedAtMs, tickets: members }) => `${id}  ${new Date(openedAtMs).toISOString()}\n${members.map(row).join('')}`).join('');
}

function row(ticket: Ticket): string {
  const lasted = formatSpan((ticket.resolvedAtMs ?? ticket.lastSeenMs) - ticket.firstSeenMs);
  const marks = `${ticket.status}${ticket.flapping ? ', flapping' : ''}`;
  return `  ${ticket.id.padEnd(4)} ${ticket.severity.padEnd(8)} ${ticket.key}  ${marks}, ${lasted}, seen ${ticket.occurrences} times\n       ${ticket.detail}\n`;
}

function known(ticket: Ticket | undefined, id: string): void {
  if (!ticket) throw usage(`there is no ticket ${id}`, 'run the command without it to see the tickets');
}

const usage = (because: string, advice: string): LabError => new LabError({ code: 'LAB_USAGE', because, advice }, 2);
