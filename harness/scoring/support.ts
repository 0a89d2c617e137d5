import { atPointer, canonicalJson } from '../../src/kernel/json.ts';
import type { Evidence, ToolObservation } from '../../src/diagnosis/contract.ts';
import type { Answer } from '../history/bundle.ts';

/** Every name under which one of these components may appear in what a tool shows. */
export function namesOf(components: ReadonlySet<string>, nodes: Answer['nodes']): string[] {
  return nodes.filter((node) => components.has(node.id)).flatMap((node) => [node.id, node.host, ...node.aliases]).map((name) => name.toLowerCase());
}

/** These only repeat what is handed over with the incident: reading them is no looking, and citing them supports nothing. */
export function isHandedOver(observation: Pick<ToolObservation, 'tool'>): boolean {
  return observation.tool === 'topology' || observation.tool === 'tickets';
}

/**
 * Whether a citation concerns something with one of these names: the question names it, or the cited place does, or the
 * record around the cited value. That a query has a result type is true of every query and speaks of nobody.
 */
export function isAbout(evidence: Pick<Evidence, 'path'>, observation: ToolObservation, names: readonly string[]): boolean {
  const path = evidence.path ?? '';
  return mentions([observation.args, path, recordAround(observation.answer, path)], names);
}

/** Whether any of the names stands in a value as a word of its own: `tikv-1` is not in `tikv-12`. */
export function mentions(value: unknown, names: readonly string[]): boolean {
  const text = canonicalJson(value).toLowerCase();
  return names.some((name) => containsWord(text, name));
}

/** What belongs to a cited value: the nearest element of a list that holds it (a series with its labels, a log line, a store), and the plain fields beside the way there. */
function recordAround(answer: unknown, path: string): unknown[] {
  const around: unknown[] = [];
  const steps = path.split('/').slice(1);
  for (let depth = steps.length; depth >= 0; depth--) {
    const here = atPointer(answer, depth === 0 ? '' : `/${steps.slice(0, depth).join('/')}`);
    const parent = depth === 0 ? undefined : atPointer(answer, depth === 1 ? '' : `/${steps.slice(0, depth - 1).join('/')}`);
    if (Array.isArray(parent) && isRecord(here)) return [...around, here];
    around.push(isRecord(here) ? Object.values(here).filter((value) => typeof value !== 'object') : depth === steps.length ? here : null);
  }
  return around;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function containsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\w-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + word.length] ?? ' ')) return true;
  }
  return false;
}
