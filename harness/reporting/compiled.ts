import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';

// `bin/build.mjs` puts the functions that Handlebars makes of the templates in the place of this module: nothing else may be asked of it there.

const partials = ['verdict', 'facts', 'timeline', 'diagnosis', 'evidence', 'hypotheses', 'options', 'metrics', 'chart', 'chips', 'score', 'transcript', 'scenario', 'downloads'];

/** `strict`: a template that names a field which its view does not have is a bug, not an empty place. */
const options = { strict: true, knownHelpersOnly: true, preventIndent: true } as const;

const read = (name: string): string => readFileSync(new URL(`../../reports/templates/${name}.hbs`, import.meta.url), 'utf8');

/** A page's template as a function of its view; it escapes everything that does not bring a `toHTML` of its own. */
export function compiled(page: 'run' | 'index'): (view: object) => string {
  const engine = Handlebars.create();
  for (const name of partials) engine.registerPartial(name, engine.compile(read(name), options));
  return engine.compile(read(page), options) as (view: object) => string;
}

/** A module that does the same without reading or compiling anything. */
export function compiledModule(): string {
  const specs = [...partials, 'run', 'index'].map((name) => `  ${name}: ${String(Handlebars.precompile(read(name), options))},`);
  return [
    "import Handlebars from 'handlebars/runtime.js';",
    'const specs = {', ...specs, '};',
    'export function compiled(page) {',
    '  const engine = Handlebars.create();',
    `  for (const name of ${JSON.stringify(partials)}) engine.registerPartial(name, engine.template(specs[name]));`,
    '  return engine.template(specs[page]);',
    '}',
  ].join('\n');
}
