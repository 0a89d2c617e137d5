import type { ToolObservation } from '../../src/diagnosis/contract.ts';
import { type CauseKind, causeKinds } from '../../src/diagnosis/vocabulary.ts';
import type { Answer, TranscriptEntry } from '../history/bundle.ts';
import { isHandedOver } from './support.ts';

/** What the lab let slip to somebody who looks for nothing else. */
export interface Tell {
  readonly kind: CauseKind | null;
  readonly component: string | null;
  /** Where it stood, for whoever must mend it. */
  readonly where: readonly string[];
}

/** Words of a laboratory. No database says them of a node. */
const labWords = ['victim', 'injected', 'inject', 'chaos', 'struck', 'culprit', 'root_cause', 'root-cause', 'lookalike', 'ground_truth', 'answer.json', 'scenarios/', 'experiment'];
/** A node that is named so close to a word of the laboratory is taken to be meant by it. */
const nearCharacters = 80;

/**
 * Hunts through everything that was shown for the answer itself: words of the lab's vocabulary of causes, words of the
 * laboratory, and nodes beside them. It does not read a single measurement.
 */
export function huntForTells(transcript: readonly TranscriptEntry[], nodes: Answer['nodes']): Tell {
  const shown = transcript.filter((entry): entry is { readonly kind: 'observation' } & ToolObservation => entry.kind === 'observation' && !isHandedOver(entry));
  const texts = shown.map(({ id, answer }) => ({ id, text: JSON.stringify(answer).toLowerCase() }));
  const kinds = causeKinds.filter((kind) => kind.includes('-')).flatMap((kind) => texts.filter(({ text }) => text.includes(kind)).map(({ id }) => ({ kind, where: `${id} says ${kind}` })));
  const words = texts.flatMap(({ id, text }) => labWords.flatMap((word) => placesOf(word, text).map((at) => ({ where: `${id} says ${word}`, component: nodeNear(text, at, nodes) }))));
  return {
    kind: kinds[0]?.kind ?? null,
    component: words.find((word) => word.component !== null)?.component ?? null,
    where: [...new Set([...kinds, ...words].map((tell) => tell.where))],
  };
}

function placesOf(word: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) places.push(at);
  return places;
}

function nodeNear(text: string, at: number, nodes: Answer['nodes']): string | null {
  const around = text.slice(Math.max(0, at - nearCharacters), at + nearCharacters);
  return nodes.find((node) => [node.id, node.host, ...node.aliases].some((name) => around.includes(name.toLowerCase())))?.id ?? null;
}
