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
 * Where a scenario comes from, as it goes into bundles. It is the same in every working folder and on every machine, since
 * a bundle's bytes must be: below `scenarios/` the path says which one it is; elsewhere a scenario is known by its own name.
 */
export function provenanceOf(file: string, name: string): { readonly id: string; readonly file: string } {
  const inside = pathInScenarios(file);
  return inside === undefined ? { id: name, file: path.basename(file) } : { id: inside.replace(/\.ya?ml$/, ''), file: `scenarios/${inside}` };
}

/** The path of a file below `scenarios/`, or `undefined` for a file elsewhere, which may be called anything. */
export function pathInScenarios(file: string): string | undefined {
  const relative = path.relative(scenariosRoot, path.resolve(file));
  return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : slashed(relative);
}

function slashed(file: string): string {
  return file.split(path.sep).join('/');
}
