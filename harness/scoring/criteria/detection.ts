import { formatSpan } from '../../../src/kernel/units.ts';
import { eventsOf } from '../../history/events.ts';
import type { Judgement, Rule, Witnessed } from '../case.ts';

const possible = 5;
const latePoints = 3;

/** Did the monitor notice, rightly and in time, without crying wolf before? It is judged apart from the diagnostician. */
export const detection: Rule<Witnessed> = { name: 'detection', possible, judge: judgeTickets };

type Detect = NonNullable<Witnessed['answer']['detect']>;

function judgeTickets(judged: Witnessed): Judgement {
  const { answer, history } = judged;
  if (answer.detect !== null) return judgeExpected(answer.detect, judged);
  if (answer.verdict !== 'healthy' || answer.faults.length > 0) return { earned: null, reason: 'the scenario names no invariant that should notice' };
  const tickets = eventsOf(history, 'ticket-opened').map((event) => event.ticket.key);
  return tickets.length === 0 ? { earned: possible, reason: 'no ticket was opened, and nothing was wrong' } : { earned: 0, reason: `${tickets[0]} was opened though nothing was wrong` };
}

function judgeExpected(detect: Detect, { answer, history, canonical }: Witnessed): Judgement {
  const injectedAtMs = Math.min(...answer.faults.map((fault) => fault.fromMs), ...eventsOf(history, 'fault-injected').map((event) => event.atMs));
  if (!Number.isFinite(injectedAtMs)) return { earned: null, reason: 'it is not known when the fault began' };
  const tickets = eventsOf(history, 'ticket-opened').map((event) => event.ticket);
  const noise = tickets.filter((ticket) => ticket.openedAtMs < injectedAtMs);
  const wanted = `${detect.invariant} of ${detect.component}`;
  const noisy = noise.length === 0 ? '' : `; ${noise.length} before the fault, first ${noise[0]?.key}`;
  // A role means any of its nodes: where all are struck alike, the first to be noticed will do.
  const role = answer.nodes.filter((node) => node.role === detect.component).map((node) => node.id);
  const isMeant = (component: string): boolean => canonical(component) === canonical(detect.component) || role.includes(canonical(component));
  const found = tickets.find((ticket) => ticket.openedAtMs >= injectedAtMs && ticket.invariant === detect.invariant && isMeant(ticket.component));
  if (found === undefined) return { earned: 0, reason: `no ticket for ${wanted} (${tickets.length} others)${noisy}` };
  const delayMs = found.openedAtMs - injectedAtMs;
  const points = delayMs <= detect.withinMs ? possible : latePoints;
  return { earned: points - noise.length, reason: `${wanted} after ${formatSpan(delayMs)}, allowed ${formatSpan(detect.withinMs)}${noisy}` };
}
