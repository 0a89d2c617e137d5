import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import Handlebars from 'handlebars';
import { Markup } from './markup.ts';

const folder = new URL('../../reports/templates/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

const partials = ['verdict', 'facts', 'timeline', 'diagnosis', 'evidence', 'hypotheses', 'options', 'metrics', 'chart', 'chips', 'score', 'transcript', 'scenario', 'downloads'];

/** `strict`: a template that names a field which its view does not have is a bug, not an empty place. */
const options = { strict: true, knownHelpersOnly: true, preventIndent: true } as const;

const compiled = new Map<string, (view: object) => string>();

/** Fills one page template; the engine escapes everything that is not {@link Markup}. */
export function fill(page: 'run' | 'index', view: object): string {
  let template = compiled.get(page);
  if (!template) {
    const engine = Handlebars.create();
    for (const name of partials) engine.registerPartial(name, engine.compile(read(`${name}.hbs`), options));
    template = engine.compile(read(`${page}.hbs`), options) as (view: object) => string;
    compiled.set(page, template);
  }
  return template(view);
}

const styles = read('lab.css');
const script = read('lab.js');

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** The style sheet and the script of every page, with the policy that allows these two and nothing else. */
export const assets = {
  css: new Markup(styles),
  js: new Markup(script),
  csp: `default-src 'none'; style-src ${hash(styles)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`,
};
