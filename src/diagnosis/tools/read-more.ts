import { z } from 'zod';
import { atPointer, type Json } from '../../kernel/json.ts';
import { failed, ok } from '../../kernel/result.ts';
import { readOnlyTool } from './tool.ts';

const limitMax = 500;
const handedOver: ReadonlySet<string> = new Set(['tickets', 'topology']);
/** A text is read in pieces of this many characters for each item that a list would give. */
const charactersPerItem = 32;

/** The rest of an answer that was cut. */
export const readMore = readOnlyTool({
  name: 'read_more',
  description: 'Reads on in an earlier answer, which the desk keeps whole as it was given then: the list, object or text at a JSON pointer, from an index on. Use it where an answer says `cut`; nothing is asked of the cluster again. Cite what you find here with the id and the paths of this answer.',
  input: z.strictObject({
    observation: z.string().regex(/^O\d+$/),
    pointer: z.string().optional().describe('JSON pointer into that answer, e.g. /body/regions; default the whole'),
    from: z.number().int().min(0).optional().describe('first item, field or character; default 0'),
    limit: z.number().int().min(1).max(limitMax).optional().describe('items or fields; default 50'),
  }),
  run: async ({ observation, pointer = '', from = 0, limit = 50 }, { observations }) => {
    const earlier = observations.find(({ id }) => id === observation);
    if (!earlier) return failed('DESK_ARGUMENTS', `${observation} was never shown`, 'name an observation of this incident');
    // What was handed over with the incident must not come back as if it had been found.
    if (handedOver.has(earlier.tool)) return failed('DESK_ARGUMENTS', `${observation} repeats what was handed over with the incident`, 'see the assignment, or ask that tool again');
    // Nor may an answer that was read on be passed off as a look of its own.
    if (earlier.tool === 'read_more') return failed('DESK_ARGUMENTS', `${observation} is itself a part of an earlier answer`, 'name the answer that was cut');
    const at = atPointer(earlier.whole ?? earlier.answer, pointer) as Json | undefined;
    if (at === undefined) return failed('DESK_ARGUMENTS', `${observation} holds nothing at ${pointer}`, 'see the paths of that answer');
    return ok({ observation, pointer, from, ...partOf(at, from, limit) });
  },
});

function partOf(value: Json, from: number, limit: number): { readonly [key: string]: Json } {
  if (typeof value === 'string') return { of: value.length, unit: 'characters', text: value.slice(from, from + limit * charactersPerItem) };
  if (value === null || typeof value !== 'object') return { of: 1, unit: 'value', value };
  if (Array.isArray(value)) return { of: value.length, unit: 'items', items: value.slice(from, from + limit) as Json };
  const entries = Object.entries(value);
  return { of: entries.length, unit: 'fields', fields: Object.fromEntries(entries.slice(from, from + limit)) as Json };
}
