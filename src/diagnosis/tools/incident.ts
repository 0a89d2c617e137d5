import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { ok } from '../../kernel/result.ts';
import { readOnlyTool } from './tool.ts';

const nothing = z.strictObject({});

/** Who is deployed. */
export const topology = readOnlyTool({
  name: 'topology',
  description: 'Lists the deployed nodes with role, host and every other name they go by (addresses, member names, store ids), to read the labels of metrics and the ids in control-plane answers. Findings name nodes by their id.',
  input: nothing,
  run: async (_, { assignment }) => ok({ nodes: assignment.topology.nodes.map((node) => ({ ...node, aliases: [...node.aliases] })) }),
});

/** What the monitor says. */
export const tickets = readOnlyTool({
  name: 'tickets',
  description: 'Shows the incident: its tickets (which invariant is violated for which component, since when, with the measured numbers), the present time, and the quiet window to compare with. A ticket names a symptom; the cause may be elsewhere. No tickets: a routine check.',
  input: nothing,
  run: async (_, { assignment, clock }) => {
    const { incident, quiet } = assignment;
    return ok({ incident: incident.id, openedAtMs: incident.openedAtMs, nowMs: clock.now(), quiet: { ...quiet }, tickets: incident.tickets.map((ticket) => ({ ...ticket }) as Json) });
  },
});
