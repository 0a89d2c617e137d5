import { atPointer } from '../../src/kernel/json.ts';
import type { Evidence, ToolObservation } from '../../src/diagnosis/contract.ts';
import type { Answer } from '../history/bundle.ts';

/** Every name under which one of these components may appear in what a tool shows; a group goes by its members, a region by its number, too. */
export function namesOf(components: ReadonlySet<string>, nodes: Answer['nodes']): string[] {
  const members = nodes.filter((node) => components.has(node.id) || components.has(node.role)).flatMap((node) => [node.id, node.host, ...node.aliases]);
  const regions = [...components].flatMap((name) => (/^region-\d+$/.test(name) ? [name, name.slice('region-'.length)] : []));
  return [...members, ...regions].map((name) => name.toLowerCase());
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

/** What a citation must be to carry the blame of a node. */
export interface Telling {
  /** Every name of what is blamed. */
  readonly names: readonly string[];
  /** Every name of every node. */
  readonly allNames: readonly string[];
  /** Before this instant nothing was wrong. */
  readonly sinceMs: number;
}

/** What carries the blame of these components, under this truth. */
export function tellingOf(components: ReadonlySet<string>, answer: Answer): Telling {
  const all = new Set(answer.nodes.map((node) => node.id));
  const sinceMs = answer.verdict === 'fault' ? Math.min(...answer.causes.map((cause) => cause.onsetMs)) : -Infinity;
  return { names: namesOf(components, answer.nodes), allNames: namesOf(all, answer.nodes), sinceMs };
}

/**
 * Whether a citation is about what is blamed and can tell something of the trouble: a label or a node's own name says only
 * that it exists, and a sample from before the trouble only how it used to be.
 */
export function isTelling(evidence: Pick<Evidence, 'path'>, observation: ToolObservation, { names, allNames, sinceMs }: Telling): boolean {
  const path = evidence.path ?? '';
  const value = atPointer(observation.answer, path);
  const isName = typeof value === 'string' && allNames.includes(value.toLowerCase());
  // The dearest question comes last.
  return !isName && !isLabel(path) && sampledAtMs(observation.answer, path) >= sinceMs && isAbout(evidence, observation, names);
}

/** In Prometheus' form labels stand below `metric`, apart from values; and what type a result has is no finding. */
const isLabel = (path: string): boolean => /(\/metric(\/[^/]+)?|\/resultType)$/.test(path);

/** When a cited sample was taken, where it stands beside its value in Prometheus' form; otherwise it counts as present. */
function sampledAtMs(answer: unknown, path: string): number {
  const match = /^(.*\/(?:value|values\/\d+))\/1$/.exec(path);
  const seconds = match === null ? undefined : atPointer(answer, `${match[1]}/0`);
  return typeof seconds === 'number' ? seconds * 1000 : Infinity;
}

/** Whether any of the names stands in a value as a word of its own: `tikv-1` is not in `tikv-12`. */
export function mentions(value: unknown, names: readonly string[]): boolean {
  const text = JSON.stringify(value).toLowerCase();
  return names.some((name) => containsWord(text, name));
}

const textOf = new WeakMap<object, string>();

/** Whether any of the names stands anywhere in an observation. Its text is made once: floor after floor searches the same ones. */
export function isMentionedIn(observation: ToolObservation, names: readonly string[]): boolean {
  let text = textOf.get(observation);
  if (text === undefined) textOf.set(observation, (text = JSON.stringify([observation.args, observation.answer]).toLowerCase()));
  return names.some((name) => containsWord(text, name));
}

/** What belongs to a cited value: the nearest element of a list that holds it (a series with its labels, a log line, a store), and the plain fields beside the way there. */
function recordAround(answer: unknown, path: string): unknown[] {
  const around: unknown[] = [];
  const way = [answer];
  for (const step of path.split('/').slice(1)) way.push(atPointer(way.at(-1), `/${step}`));
  for (const [back, here] of way.toReversed().entries()) {
    if (Array.isArray(way.at(-2 - back)) && isRecord(here)) return [...around, here];
    around.push(isRecord(here) ? Object.values(here).filter((value) => typeof value !== 'object') : back === 0 ? here : null);
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
