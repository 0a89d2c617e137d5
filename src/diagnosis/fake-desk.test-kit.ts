import { z } from 'zod';
import type { Json } from '../kernel/json.ts';
import type { Assignment, Desk, Session, ToolObservation, TranscriptNote } from './contract.ts';

/** An assignment without tickets, for agents whose conversation is what is tested. */
export const emptyAssignment: Assignment = { subject: 'tikv', incident: { id: 'I1', openedAtMs: 0, tickets: [] }, topology: { nodes: [] }, actions: [], quiet: { fromMs: 0, toMs: 1 }, nowMs: 2 };

/** A session at a desk with one tool, `query`, that always gives the same answer; what was shown and noted is kept. */
export function fakeSession(answer: Json, signal = new AbortController().signal): { session: Session; notes: TranscriptNote[]; observations: ToolObservation[] } {
  const observations: ToolObservation[] = [];
  const notes: TranscriptNote[] = [];
  const desk: Desk = {
    tools: [{ name: 'query', description: 'asks', input: z.object({ promql: z.string() }) }],
    observations,
    clock: { now: () => 2 },
    call: async (tool, args) => {
      const observation = { id: `O${observations.length + 1}` as const, tool, args, atMs: 2, ok: true, answer };
      observations.push(observation);
      return observation;
    },
  };
  return { session: { desk, note: (note) => notes.push(note), signal }, notes, observations };
}
