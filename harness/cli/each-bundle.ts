import { LabError } from '../../src/kernel/result.ts';
import { shownPath } from './places.ts';

/**
 * Works on bundle after bundle. One that cannot be read or written is named and does not keep the others from their turn; its
 * exit code stands at the end unless something failed the judgement, which outranks it.
 */
export function eachBundle(dirs: readonly string[], work: (dir: string) => number): number {
  const broken: LabError[] = [];
  let worst = 0;
  for (const dir of dirs) {
    try {
      worst = Math.max(worst, work(dir));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      broken.push(error);
      const { code, because, advice } = error.failure;
      process.stderr.write(`${code}  ${shownPath(dir)}: ${[because, advice].filter(Boolean).join('. ')}\n`);
    }
  }
  if (broken.length > 0) process.stderr.write(`! ${broken.length} of ${dirs.length} bundles could not be taken\n`);
  return worst === 1 ? 1 : Math.max(worst, ...broken.map(({ exitCode }) => exitCode));
}
