import type { Run } from '../history/bundle.ts';
import { plain } from './plain.ts';

/** The command that runs this again: where a scenario could also take another kind of cluster, or lies elsewhere, it says which. */
export function againCommand({ scenario, seed, cluster }: Pick<Run, 'scenario' | 'seed' | 'cluster'>): string {
  const what = scenario.file.startsWith('scenarios/') || scenario.file === '' ? scenario.id : `--scenario-file ${quoted(plain(scenario.file))}`;
  return `npx lab run ${what} --seed ${seed}${cluster === 'twin' || cluster === 'recorded' ? '' : ` --cluster ${plain(cluster)}`}`;
}

/** A word of a shell, quoted where it has to be. */
export const quoted = (word: string): string => (/^[\w:./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
