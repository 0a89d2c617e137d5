import type { Case, Judgement, Rule } from '../case.ts';
import { alternativesOf } from '../causes.ts';
import { listed } from '../words.ts';

const possible = 10;
const acceptablePoints = 7;
/** For an action that the truth does not list: not known to help, not known to harm. */
const unlistedPoints = 3;

/** Would the recommended action help, do nothing, or make it worse? */
export const recommendation: Rule = { name: 'recommendation', possible, judge: judgeAction };

/** The action that is recommended, by its name in the catalogue; null where none is. */
export function recommendedAction({ diagnosis }: Pick<Case, 'diagnosis'>): { readonly name: string; readonly target?: string | undefined } | null {
  const chosen = diagnosis.recommendation === null ? undefined : diagnosis.options[diagnosis.recommendation.option];
  return chosen === undefined ? null : { ...chosen.action, name: tidy(chosen.action.name) };
}

/** Whether following the advice would make it worse. */
export function isHarmful(judged: Pick<Case, 'diagnosis' | 'answer'>): boolean {
  const action = recommendedAction(judged);
  return action !== null && judged.answer.actions.harmful.map(tidy).includes(action.name);
}

function judgeAction(judged: Case): Judgement {
  const { diagnosis, answer } = judged;
  const recommended = answer.actions.recommended.map(tidy);
  const acceptable = answer.actions.acceptable.map(tidy);
  if (recommended.length + acceptable.length + answer.actions.harmful.length === 0) return judgeUnlisted(judged);
  const action = recommendedAction(judged) ?? (diagnosis.recommendation === null ? { name: 'wait-and-watch' } : null);
  if (action === null) return { earned: 0, reason: `recommended option ${diagnosis.recommendation?.option} of ${diagnosis.options.length}: there is no such option` };
  if (isHarmful(judged)) return { earned: 0, reason: `${action.name} does harm here; ${listed(recommended)} was right` };
  const strayed = strayTarget(action.target, judged);
  if (strayed !== undefined) return { earned: unlistedPoints, reason: `${action.name} was aimed at ${strayed}, which is not at fault` };
  if (recommended.includes(action.name)) return { earned: possible, reason: `${action.name} is what an expert would do` };
  if (acceptable.includes(action.name)) return { earned: acceptablePoints, reason: `${action.name} is acceptable; ${listed(recommended)} is better` };
  if (diagnosis.recommendation === null) return { earned: 0, reason: `recommended nothing; ${listed(recommended)} was right` };
  return { earned: unlistedPoints, reason: `${action.name} is neither listed as help nor as harm; ${listed(recommended)} was right` };
}

/** Where the truth lists no actions, only meddling with a healthy cluster can be judged. */
function judgeUnlisted(judged: Case): Judgement {
  const action = recommendedAction(judged);
  if (judged.answer.verdict !== 'healthy' || action === null || action.name === 'wait-and-watch') return { earned: null, reason: 'the truth lists no actions' };
  return { earned: unlistedPoints, reason: `${action.name} was recommended though nothing is broken` };
}

/** The node that an action was aimed at, where every true cause is a node and this is none of them. */
function strayTarget(target: string | undefined, { answer, canonical }: Case): string | undefined {
  const nodes = new Set(answer.nodes.map((node) => node.id));
  const struck = new Set(answer.causes.flatMap((cause) => alternativesOf(cause).map((each) => canonical(each.component))));
  const aim = target === undefined ? undefined : canonical(target);
  if (aim === undefined || !nodes.has(aim) || struck.size === 0 || [...struck].some((name) => !nodes.has(name))) return undefined;
  return struck.has(aim) ? undefined : aim;
}

function tidy(name: string): string {
  return name.trim().toLowerCase().replace(/[\s_]+/g, '-');
}
