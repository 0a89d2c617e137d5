import type { ToolObservation } from './contract.ts';
import { quotedJson } from './quote.ts';

/** A tool's answer as a model gets it: its id, then the answer quoted as data. What the desk cut is stated inside. */
export function shownAnswer({ id, tool, answer }: ToolObservation): string {
  return `<answer observation="${id}" tool=${quotedJson(tool)}>\n${quotedJson(answer)}\n</answer>`;
}
