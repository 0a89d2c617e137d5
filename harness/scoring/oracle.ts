import type { Diagnosis, Evidence } from '../../src/diagnosis/contract.ts';
import type { Answer, TranscriptEntry } from '../history/bundle.ts';
import { isHandedOver, isMentionedIn, isTelling, type Telling, tellingOf } from './support.ts';

/**
 * The ceiling: the truth, cited from what was really shown in this run. Where an oracle does not reach full points,
 * the scoring or the scenario asks for something that nobody could give.
 */
export function oracle({ answer, transcript }: { readonly answer: Answer; readonly transcript: readonly TranscriptEntry[] }): Diagnosis {
  const evidence = citations(transcript, answer);
  const cited = evidence.map((entry) => entry.id);
  const action = answer.actions.recommended[0] ?? answer.actions.acceptable[0];
  return {
    verdict: answer.verdict,
    summary: 'The truth of this run.',
    rootCauses: answer.causes.map((cause) => ({ ...truthWords(cause), mechanism: 'as it was injected', onset: cause.onsetMs })),
    impact: answer.impact,
    evidence,
    hypotheses: answer.lookalikes.map(({ component, kind, ruledOutBy }) => ({ cause: { component, kind }, verdict: 'rejected', because: ruledOutBy, evidence: cited })),
    options: action === undefined ? [] : [{ action: { name: action }, benefits: 'what an expert would do', risks: 'known to the expert', reversible: true }],
    recommendation: action === undefined ? null : { option: 0, rationale: 'an expert would', verifyBy: 'the cluster converges' },
    confidence: 1,
  };
}

/** Whether something that was shown tells of each struck node, so that the truth could be cited without the lab's help. */
export function isObservable(transcript: readonly TranscriptEntry[], answer: Answer): boolean {
  return answer.causes.every(({ component }) => {
    const wanted = tellingOf(new Set([component]), answer);
    if (wanted.names.length === 0) return observationsIn(transcript).length > 0;
    return observationsIn(transcript).some((observation) => placeIn(observation, wanted)?.tells === true);
  });
}

/** The transcript with something to cite about the truth: in the stead of an agent that never looked there, the oracle looks at the truth itself. */
export function shownToOracle(transcript: readonly TranscriptEntry[], answer: Answer): readonly TranscriptEntry[] {
  const telling = struckTelling(answer);
  const first = citations(transcript, answer)[0];
  const cited = observationsIn(transcript).find((observation) => observation.id === first?.observation);
  if (first && cited && (telling.names.length === 0 || isTelling(first, cited, telling))) return transcript;
  const id: `O${number}` = `O${transcript.filter((entry) => entry.kind === 'observation').length + 1}`;
  const causes = answer.causes.map(({ component, kind }) => ({ component, kind }));
  return [...transcript, { kind: 'observation', id, tool: 'truth', args: {}, atMs: 0, ok: true, answer: { verdict: answer.verdict, causes } }];
}

function truthWords(cause: Answer['causes'][number]): Pick<Diagnosis['rootCauses'][number], 'component' | 'kind' | 'scope' | 'resource'> {
  const { component, kind, scope, resource } = cause;
  return { component, kind, ...(scope === undefined ? {} : { scope }), ...(resource === undefined ? {} : { resource }) } as ReturnType<typeof truthWords>;
}

/** Of the transcripts that are judged at present, what tells of whoever is struck: floors and ceiling ask the same. */
const known = new WeakMap<readonly TranscriptEntry[], { readonly answer: Answer; readonly evidence: Evidence[] }>();

/** Up to three plain values out of what was shown, those that tell of a struck component (or of whoever is wanted) first. */
export function citations(transcript: readonly TranscriptEntry[], answer: Answer, wanted?: Telling): Evidence[] {
  if (wanted) return found(transcript, wanted);
  const before = known.get(transcript);
  if (before?.answer === answer) return before.evidence;
  const evidence = found(transcript, struckTelling(answer));
  known.set(transcript, { answer, evidence });
  return evidence;
}

function found(transcript: readonly TranscriptEntry[], wanted: Telling): Evidence[] {
  const telling: Place[] = [];
  const other: Place[] = [];
  for (const observation of observationsIn(transcript)) {
    const place = placeIn(observation, wanted);
    if (place) (place.tells ? telling : other).push(place);
    if (telling.length === citationsMax) break;
  }
  return [...telling, ...other].slice(0, citationsMax).map(({ observation, path, value }, index) => ({
    id: `E${index + 1}`, claim: `${observation} shows ${String(value)}`, observation, path, asserts: { op: 'eq', value },
  }));
}

const citationsMax = 3;

/** The first value of an answer that tells, else its first value. */
function placeIn(observation: Shown, wanted: Telling): Place | undefined {
  // Searching leaf by leaf is worth it only where there is something to find.
  const searched = isMentionedIn(observation, wanted.names) ? leavesMax : 1;
  let first: Leaf | undefined;
  for (const leaf of leavesOf(observation.answer).take(searched)) {
    if (isTelling(leaf, observation, wanted)) return { observation: observation.id, ...leaf, tells: true };
    first ??= leaf;
  }
  return first && { observation: observation.id, ...first, tells: false };
}

/** Long answers tell what they tell early; the rest is not searched. */
const leavesMax = 200;

interface Leaf {
  readonly path: string;
  readonly value: string | number | boolean;
}

/** A value of an answer, and whether it tells what was asked for. */
interface Place extends Leaf {
  readonly observation: Shown['id'];
  readonly tells: boolean;
}

type Shown = Extract<TranscriptEntry, { kind: 'observation' }>;

function observationsIn(transcript: readonly TranscriptEntry[]): Shown[] {
  return transcript.filter((entry): entry is Shown => entry.kind === 'observation' && entry.ok && !isHandedOver(entry));
}

const struckTelling = (answer: Answer): Telling => tellingOf(new Set(answer.causes.map((cause) => cause.component)), answer);

/** Every plain value of an answer with the pointer to it. */
export function* leavesOf(value: unknown, path = ''): Generator<Leaf> {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') yield { path, value };
  if (value === null || typeof value !== 'object') return;
  for (const [key, part] of Object.entries(value)) yield* leavesOf(part, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}
