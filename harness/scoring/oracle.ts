import type { Diagnosis, Evidence } from '../../src/diagnosis/contract.ts';
import type { Answer, TranscriptEntry } from '../history/bundle.ts';

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

/** The transcript with at least one thing to cite: who answers for an agent that never looked, looks at the topology at least. */
export function shownToOracle(transcript: readonly TranscriptEntry[], answer: Answer): readonly TranscriptEntry[] {
  if (citations(transcript, answer).length > 0) return transcript;
  const id: `O${number}` = `O${transcript.filter((entry) => entry.kind === 'observation').length + 1}`;
  const nodes = answer.nodes.map(({ id: node, role }) => ({ node, role }));
  return [...transcript, { kind: 'observation', id, tool: 'topology', args: {}, atMs: 0, ok: true, answer: { nodes } }];
}

function truthWords(cause: Answer['causes'][number]): Pick<Diagnosis['rootCauses'][number], 'component' | 'kind' | 'scope' | 'resource'> {
  const { component, kind, scope, resource } = cause;
  return { component, kind, ...(scope === undefined ? {} : { scope }), ...(resource === undefined ? {} : { resource }) } as ReturnType<typeof truthWords>;
}

/** Up to three plain values out of what was shown, those about a struck component first. */
function citations(transcript: readonly TranscriptEntry[], answer: Answer): Evidence[] {
  const shown = transcript.filter((entry): entry is Extract<TranscriptEntry, { kind: 'observation' }> => entry.kind === 'observation' && entry.ok);
  const struck = answer.causes.map((cause) => cause.component);
  const about = (entry: (typeof shown)[number]) => struck.some((name) => JSON.stringify(entry.answer).includes(name));
  const leaves = [...shown.filter(about), ...shown.filter((entry) => !about(entry))].flatMap((entry) => {
    const leaf = firstLeaf(entry.answer, '');
    return leaf === undefined ? [] : [{ observation: entry.id, ...leaf }];
  });
  return leaves.slice(0, 3).map(({ observation, path, value }, index) => ({
    id: `E${index + 1}`, claim: `${observation} shows ${String(value)}`, observation, path, asserts: { op: 'eq', value },
  }));
}

interface Leaf {
  readonly path: string;
  readonly value: string | number | boolean;
}

function firstLeaf(value: unknown, path: string): Leaf | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { path, value };
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, part] of Object.entries(value)) {
    const leaf = firstLeaf(part, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (leaf !== undefined) return leaf;
  }
  return undefined;
}
