import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, wherever the command runs. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Where the committed scenarios are. */
export const scenariosRoot = path.join(packageRoot, 'scenarios');

/** A file as a person here would name it: relative to the working folder where it lies below it. */
export function displayPath(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  return relative.startsWith('..') || path.isAbsolute(relative) ? path.resolve(file) : slashed(relative);
}

/**
 * A scenario's id and the file name that goes into bundles. Both are the same in every working folder and on
 * every machine, since a bundle's bytes must be: files outside the package are known by their own name.
 */
export function provenanceOf(file: string): { readonly id: string; readonly file: string } {
  const inScenarios = path.relative(scenariosRoot, path.resolve(file));
  const ending = /\.ya?ml$/;
  if (inScenarios.startsWith('..') || path.isAbsolute(inScenarios)) return { id: path.basename(file).replace(ending, ''), file: path.basename(file) };
  return { id: slashed(inScenarios).replace(ending, ''), file: `scenarios/${slashed(inScenarios)}` };
}

function slashed(file: string): string {
  return file.split(path.sep).join('/');
}
